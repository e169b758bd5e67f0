// # A session keeps cookies from one request to the next
// import os, requests
//
// url = os.environ["URL"]
// s = requests.Session()
// s.get(f"{url}/cookies/set/sessioncookie/123456789")
// r = s.get(f"{url}/cookies")
// print(r.json())
// assert r.json()["cookies"] == {"sessioncookie": "123456789"}
// assert s.cookies["sessioncookie"] == "123456789"
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const s = new requests.Session();
await s.get(`${url}/cookies/set/sessioncookie/123456789`);
const r = await s.get(`${url}/cookies`);
console.log(r.json());
assert.deepEqual(r.json<{ cookies: object }>().cookies, { sessioncookie: "123456789" });
assert.equal(s.cookies["sessioncookie"], "123456789");
await s.close();
