// # Compressed content is decoded on the way
// import os, requests
//
// url = os.environ["URL"]
// for coding, flag in [("gzip", "gzipped"), ("deflate", "deflated")]:
//     r = requests.get(f"{url}/{coding}")
//     print(r.headers["Content-Encoding"], r.json()[flag])
//     assert r.headers["Content-Encoding"] == coding
//     assert r.json()[flag] is True
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
for (const [coding, flag] of [
  ["gzip", "gzipped"],
  ["deflate", "deflated"],
] as const) {
  const r = await requests.get(`${url}/${coding}`);
  console.log(r.headers["Content-Encoding"], r.json<Record<string, unknown>>()[flag]);
  assert.equal(r.headers["Content-Encoding"], coding);
  assert.equal(r.json<Record<string, unknown>>()[flag], true);
}
