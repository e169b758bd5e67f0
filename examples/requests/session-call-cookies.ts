// # Cookies of one call are not kept by the session
// import os, requests
//
// url = os.environ["URL"]
// s = requests.Session()
// s.cookies.update({"kept": "1"})
// first = s.get(f"{url}/cookies", cookies={"once": "2"})
// second = s.get(f"{url}/cookies")
// print(first.json(), second.json())
// assert first.json()["cookies"] == {"kept": "1", "once": "2"}
// assert second.json()["cookies"] == {"kept": "1"}
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const s = new requests.Session();
s.cookies.update({ kept: "1" });
const first = await s.get(`${url}/cookies`, { cookies: { once: "2" } });
const second = await s.get(`${url}/cookies`);
console.log(first.json(), second.json());
assert.deepEqual(first.json<{ cookies: object }>().cookies, { kept: "1", once: "2" });
assert.deepEqual(second.json<{ cookies: object }>().cookies, { kept: "1" });
await s.close();
