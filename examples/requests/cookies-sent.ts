// # Send cookies
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/cookies", cookies={"theme": "dark", "size": "12"})
// print(r.json())
// assert r.json()["cookies"] == {"theme": "dark", "size": "12"}
// assert r.request.headers["Cookie"] == "theme=dark; size=12"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/cookies`, { cookies: { theme: "dark", size: "12" } });
console.log(r.json());
assert.deepEqual(r.json<{ cookies: object }>().cookies, { theme: "dark", size: "12" });
assert.equal(r.request.headers["Cookie"], "theme=dark; size=12");
