// # Send headers of your own
// import os, requests
//
// url = os.environ["URL"]
// headers = {"User-Agent": "my-app/0.0.1", "X-Trace": "42"}
// r = requests.get(f"{url}/headers", headers=headers)
// seen = r.json()["headers"]
// print(seen)
// assert seen["User-Agent"] == "my-app/0.0.1"
// assert seen["X-Trace"] == "42"
// assert seen["Accept"] == "*/*"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const headers = { "User-Agent": "my-app/0.0.1", "X-Trace": "42" };
const r = await requests.get(`${url}/headers`, { headers });
const seen = r.json<{ headers: Record<string, string> }>().headers;
console.log(seen);
assert.equal(seen["User-Agent"], "my-app/0.0.1");
assert.equal(seen["X-Trace"], "42");
assert.equal(seen["Accept"], "*/*");
