// # Keep cookies in a jar, by domain and path
// import os, requests
//
// url = os.environ["URL"]
// jar = requests.cookies.RequestsCookieJar()
// jar.set("everywhere", "1", domain="127.0.0.1", path="/")
// jar.set("elsewhere", "2", domain="127.0.0.1", path="/elsewhere")
// jar.set("foreign", "3", domain="example.test", path="/")
// r = requests.get(f"{url}/cookies", cookies=jar)
// print(r.json())
// assert r.json()["cookies"] == {"everywhere": "1"}
// assert jar.get("foreign", domain="example.test") == "3"
// assert sorted(jar.list_paths()) == ["/", "/elsewhere"]
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const jar = new requests.cookies.RequestsCookieJar();
jar.set("everywhere", "1", { domain: "127.0.0.1", path: "/" });
jar.set("elsewhere", "2", { domain: "127.0.0.1", path: "/elsewhere" });
jar.set("foreign", "3", { domain: "example.test", path: "/" });
const r = await requests.get(`${url}/cookies`, { cookies: jar });
console.log(r.json());
assert.deepEqual(r.json<{ cookies: object }>().cookies, { everywhere: "1" });
assert.equal(jar.get("foreign", { domain: "example.test" }), "3");
assert.deepEqual(jar.list_paths().sort(), ["/", "/elsewhere"]);
