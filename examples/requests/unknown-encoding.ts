// # Read text whose Content-Type names no charset
// import os, requests
//
// url = os.environ["URL"]
// params = {"Content-Type": "text/plain", "X-Note": "café"}
// r = requests.get(f"{url}/response-headers", params=params)
// print(r.encoding, r.text)
// assert r.encoding == "ISO-8859-1"
// r.encoding = None
// assert '"caf' in r.text
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const params = { "Content-Type": "text/plain", "X-Note": "café" };
const r = await requests.get(`${url}/response-headers`, { params });
console.log(r.encoding, r.text);
assert.equal(r.encoding, "ISO-8859-1");
r.encoding = null;
assert(r.text.includes('"caf'));
