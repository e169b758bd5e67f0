// # A session's requests to one host share a connection
// import os, requests
//
// url = os.environ["URL"]
// s = requests.Session()
// for n in range(3):
//     r = s.get(f"{url}/anything/keep-alive/{n}")
//     print(r.url, r.request.headers["Connection"])
//     assert r.status_code == 200
//     assert r.request.headers["Connection"] == "keep-alive"
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const s = new requests.Session();
for (const n of [0, 1, 2]) {
  const r = await s.get(`${url}/anything/keep-alive/${n}`);
  console.log(r.url, r.request.headers["Connection"]);
  assert.equal(r.status_code, 200);
  assert.equal(r.request.headers["Connection"], "keep-alive");
}
await s.close();
