// # Read a response as text
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/robots.txt")
// print(r.text)
// assert r.text.startswith("User-agent: *\n")
// assert len(r.content) == int(r.headers["Content-Length"])
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/robots.txt`);
console.log(r.text);
assert(r.text.startsWith("User-agent: *\n"));
assert.equal(r.content.length, Number(r.headers["Content-Length"]));
