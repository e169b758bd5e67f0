// # Read a streaming answer line by line
// import json, os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/stream/3", stream=True)
// r.encoding = r.encoding or "utf-8"
// ids = []
// for line in r.iter_lines(decode_unicode=True):
//     if line:
//         ids.append(json.loads(line)["id"])
// print(ids)
// assert ids == [0, 1, 2]
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/stream/3`, { stream: true });
r.encoding = r.encoding || "utf-8";
const ids: number[] = [];
for await (const line of r.iter_lines({ decode_unicode: true })) {
  if (line) ids.push((JSON.parse(line) as { id: number }).id);
}
console.log(ids);
assert.deepEqual(ids, [0, 1, 2]);
