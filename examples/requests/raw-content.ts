// # Read from the raw stream, as it came over the wire
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/gzip", stream=True)
// head = r.raw.read(2)
// print(head)
// assert head == b"\x1f\x8b"
// r.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/gzip`, { stream: true });
const head = (await r.raw.read(2)) as Uint8Array;
console.log(head);
assert.deepEqual([...head], [0x1f, 0x8b]);
await r.close();
