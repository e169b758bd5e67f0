// # Headers go out in the order in which they were given
// import os, requests
//
// url = os.environ["URL"]
// s = requests.Session()
// s.headers = {"X-First": "1", "Accept": "text/html"}
// r = s.get(f"{url}/get", headers={"X-Last": "3", "X-First": "one"})
// names = list(r.request.headers)
// print(names)
// assert names == ["X-First", "Accept", "X-Last"]
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const s = new requests.Session();
s.headers = new requests.structures.CaseInsensitiveDict({ "X-First": "1", Accept: "text/html" });
const r = await s.get(`${url}/get`, { headers: { "X-Last": "3", "X-First": "one" } });
const names = [...r.request.headers];
console.log(names);
assert.deepEqual(names, ["X-First", "Accept", "X-Last"]);
await s.close();
