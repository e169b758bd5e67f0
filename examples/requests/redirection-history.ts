// # Follow redirects, and see where they led
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/redirect/2")
// print([earlier.url for earlier in r.history], r.url)
// assert r.url == f"{url}/get"
// assert [earlier.status_code for earlier in r.history] == [302, 302]
// assert r.history[0].url == f"{url}/redirect/2"
// assert r.history[0].is_redirect and not r.history[0].is_permanent_redirect
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/redirect/2`);
console.log(
  r.history.map((earlier) => earlier.url),
  r.url,
);
assert.equal(r.url, `${url}/get`);
assert.deepEqual(
  r.history.map((earlier) => earlier.status_code),
  [302, 302],
);
assert.equal(r.history[0]?.url, `${url}/redirect/2`);
assert(r.history[0]?.is_redirect && !r.history[0].is_permanent_redirect);
