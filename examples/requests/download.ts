// # Save a download piece by piece
// import os, requests
//
// url = os.environ["URL"]
// path = os.path.join(os.environ["FOLDER"], "download.bin")
// r = requests.get(f"{url}/stream-bytes/100000", stream=True)
// with open(path, "wb") as fd:
//     for chunk in r.iter_content(chunk_size=4096):
//         assert len(chunk) <= 4096
//         fd.write(chunk)
// print(os.path.getsize(path))
// assert os.path.getsize(path) == 100000
import assert from "node:assert/strict";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const path = join(process.env["FOLDER"]!, "download.bin");
const r = await requests.get(`${url}/stream-bytes/100000`, { stream: true });
const fd = await open(path, "w");
for await (const chunk of r.iter_content({ chunk_size: 4096 })) {
  assert(chunk.length <= 4096);
  await fd.write(chunk);
}
await fd.close();
console.log((await stat(path)).size);
assert.equal((await stat(path)).size, 100000);
