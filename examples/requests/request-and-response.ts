// # Look at the request that a response answers
// import os, requests
//
// url = os.environ["URL"]
// r = requests.put(f"{url}/put", data={"key": "value"})
// print(r.request.method, r.request.path_url, r.request.headers)
// assert r.request.method == "PUT"
// assert r.request.path_url == "/put"
// assert r.request.headers["Content-Length"] == "9"
// assert r.request.headers["User-Agent"] == requests.utils.default_user_agent()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.put(`${url}/put`, { data: { key: "value" } });
console.log(r.request.method, r.request.path_url, `${r.request.headers}`);
assert.equal(r.request.method, "PUT");
assert.equal(r.request.path_url, "/put");
assert.equal(r.request.headers["Content-Length"], "9");
assert.equal(r.request.headers["User-Agent"], requests.utils.default_user_agent());
