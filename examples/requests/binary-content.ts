// # Read binary content
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/image/png")
// print(r.headers["content-type"], len(r.content))
// assert r.headers["content-type"] == "image/png"
// assert r.content[:4] == b"\x89PNG"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/image/png`);
console.log(r.headers["content-type"], r.content.length);
assert.equal(r.headers["content-type"], "image/png");
assert.deepEqual(r.content.slice(0, 4), Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
