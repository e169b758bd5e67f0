// # Read the cookies of a response
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/cookies/set/flavour/vanilla", allow_redirects=False)
// print(r.cookies["flavour"])
// assert r.cookies["flavour"] == "vanilla"
// assert r.cookies.get_dict() == {"flavour": "vanilla"}
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/cookies/set/flavour/vanilla`, { allow_redirects: false });
console.log(r.cookies["flavour"]);
assert.equal(r.cookies["flavour"], "vanilla");
assert.deepEqual(r.cookies.get_dict(), { flavour: "vanilla" });
