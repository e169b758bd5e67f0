// # Post a form
// import os, requests
//
// url = os.environ["URL"]
// r = requests.post(f"{url}/post", data={"user": "ada", "note": "a & b"})
// print(r.request.body)
// assert r.request.body == "user=ada&note=a+%26+b"
// assert r.request.headers["Content-Type"] == "application/x-www-form-urlencoded"
// assert r.json()["form"] == {"user": "ada", "note": "a & b"}
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.post(`${url}/post`, { data: { user: "ada", note: "a & b" } });
console.log(r.request.body);
assert.equal(r.request.body, "user=ada&note=a+%26+b");
assert.equal(r.request.headers["Content-Type"], "application/x-www-form-urlencoded");
assert.deepEqual(r.json<{ form: object }>().form, { user: "ada", note: "a & b" });
