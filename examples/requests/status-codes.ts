// # Compare status codes by name
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/status/418")
// print(r.status_code, requests.codes.teapot)
// assert r.status_code == requests.codes.teapot
// assert requests.codes["not_found"] == requests.codes.NOT_FOUND == 404
// assert requests.codes["✓"] == requests.codes.ok == 200
// assert not r.ok
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/status/418`);
console.log(r.status_code, requests.codes["teapot"]);
assert.equal(r.status_code, requests.codes["teapot"]);
assert.deepEqual([requests.codes["not_found"], requests.codes["NOT_FOUND"]], [404, 404]);
assert.deepEqual([requests.codes["✓"], requests.codes["ok"]], [200, 200]);
assert(!r.ok);
