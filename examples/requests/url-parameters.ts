// # Pass parameters in the URL: a list repeats its name, None leaves it out
// import os, requests
//
// url = os.environ["URL"]
// payload = {"q": "hello world", "page": [1, 2], "lang": None}
// r = requests.get(f"{url}/get", params=payload)
// print(r.url)
// assert r.url == f"{url}/get?q=hello+world&page=1&page=2"
// assert r.json()["args"] == {"q": "hello world", "page": ["1", "2"]}
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const payload = { q: "hello world", page: [1, 2], lang: null };
const r = await requests.get(`${url}/get`, { params: payload });
console.log(r.url);
assert.equal(r.url, `${url}/get?q=hello+world&page=1&page=2`);
assert.deepEqual(r.json<{ args: object }>().args, { q: "hello world", page: ["1", "2"] });
