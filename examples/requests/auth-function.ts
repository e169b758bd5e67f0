// # Any function that takes the request and returns it can be the auth
// import os, requests
//
// url = os.environ["URL"]
// def sign(r):
//     r.headers["X-Signature"] = f"{r.method} {r.path_url} {len(r.body)}"
//     return r
// r = requests.post(f"{url}/post?a=1", data="hello", auth=sign)
// print(r.json()["headers"]["X-Signature"])
// assert r.json()["headers"]["X-Signature"] == "POST /post?a=1 5"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
function sign(r: requests.PreparedRequest) {
  r.headers["X-Signature"] = `${r.method} ${r.path_url} ${(r.body as string).length}`;
  return r;
}
const r = await requests.post(`${url}/post?a=1`, { data: "hello", auth: sign });
console.log(r.json<{ headers: Record<string, string> }>().headers["X-Signature"]);
assert.equal(r.json<{ headers: Record<string, string> }>().headers["X-Signature"], "POST /post?a=1 5");
