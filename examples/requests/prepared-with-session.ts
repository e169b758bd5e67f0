// # Prepare a request with what the session has
// import os, requests
//
// url = os.environ["URL"]
// s = requests.Session()
// s.cookies.set("theme", "dark")
// s.headers["X-Session"] = "1"
// prepped = s.prepare_request(requests.Request("GET", f"{url}/headers", params={"a": 1}))
// print(prepped.method, prepped.url, prepped.headers)
// assert prepped.headers["Cookie"] == "theme=dark"
// r = s.send(prepped)
// assert r.url == f"{url}/headers?a=1"
// assert r.json()["headers"]["X-Session"] == "1"
// assert r.json()["headers"]["Cookie"] == "theme=dark"
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const s = new requests.Session();
s.cookies.set("theme", "dark");
s.headers["X-Session"] = "1";
const prepped = s.prepare_request(new requests.Request("GET", `${url}/headers`, { params: { a: 1 } }));
console.log(prepped.method, prepped.url, `${prepped.headers}`);
assert.equal(prepped.headers["Cookie"], "theme=dark");
const r = await s.send(prepped);
assert.equal(r.url, `${url}/headers?a=1`);
assert.equal(r.json<{ headers: Record<string, string> }>().headers["X-Session"], "1");
assert.equal(r.json<{ headers: Record<string, string> }>().headers["Cookie"], "theme=dark");
await s.close();
