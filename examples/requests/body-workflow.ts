// # Decide by the headers whether to read the body
// import os, requests
//
// url = os.environ["URL"]
// with requests.get(f"{url}/bytes/2000", stream=True) as r:
//     assert int(r.headers["Content-Length"]) == 2000
// with requests.get(f"{url}/bytes/20", stream=True) as r:
//     if int(r.headers["Content-Length"]) < 1000:
//         content = r.content
//     print(len(content))
//     assert len(content) == 20
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
let r = await requests.get(`${url}/bytes/2000`, { stream: true });
assert.equal(Number(r.headers["Content-Length"]), 2000);
await r.close();
r = await requests.get(`${url}/bytes/20`, { stream: true });
let content: Uint8Array = new Uint8Array();
if (Number(r.headers["Content-Length"]) < 1000) content = await r.read();
console.log(content.length);
assert.equal(content.length, 20);
await r.close();
