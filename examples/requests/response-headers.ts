// # Look at a response's headers, in any case; lines of one name are joined
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/response-headers", params={"X-Tag": ["a", "b"]})
// print(r.headers)
// assert r.headers["x-tag"] == r.headers["X-TAG"] == "a, b"
// assert r.headers.get("X-None") is None
// assert "content-type" in r.headers
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/response-headers`, { params: { "X-Tag": ["a", "b"] } });
console.log(`${r.headers}`);
assert.deepEqual([r.headers["x-tag"], r.headers["X-TAG"]], ["a, b", "a, b"]);
assert.equal(r.headers.get("X-None"), null);
assert("content-type" in r.headers);
