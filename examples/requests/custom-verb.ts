// # Use a verb that has no function of its own
// import os, requests
//
// url = os.environ["URL"]
// r = requests.request("MKCOL", f"{url}/anything", data="plans")
// print(r.json()["method"], r.json()["data"])
// assert r.json()["method"] == "MKCOL"
// assert r.json()["data"] == "plans"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.request("MKCOL", `${url}/anything`, { data: "plans" });
console.log(r.json<{ method: string }>().method, r.json<{ data: string }>().data);
assert.equal(r.json<{ method: string }>().method, "MKCOL");
assert.equal(r.json<{ data: string }>().data, "plans");
