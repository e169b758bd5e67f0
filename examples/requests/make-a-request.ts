// # Make a request
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/get")
// print(r, r.reason, r.url)
// assert r.ok
// assert r.json()["url"] == f"{url}/get"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/get`);
console.log(`${r}`, r.reason, r.url);
assert(r.ok);
assert.equal(r.json<{ url: string }>().url, `${url}/get`);
