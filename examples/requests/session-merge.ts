// # A call's parameters are merged with the session's; None takes one out
// import os, requests
//
// url = os.environ["URL"]
// s = requests.Session()
// s.auth = ("user", "passwd")
// s.headers.update({"X-Session": "1", "X-Both": "session"})
// s.params = {"version": 2}
// r = s.get(f"{url}/basic-auth/user/passwd", headers={"X-Both": "call"}, params={"page": 3})
// print(r.url, r.request.headers)
// assert r.status_code == 200
// assert r.url.endswith("?version=2&page=3")
// assert (r.request.headers["X-Session"], r.request.headers["X-Both"]) == ("1", "call")
// r = s.get(f"{url}/get", headers={"X-Session": None}, params={"version": None})
// assert (r.url, "X-Session" in r.request.headers) == (f"{url}/get", False)
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const s = new requests.Session();
s.auth = ["user", "passwd"];
s.headers.update({ "X-Session": "1", "X-Both": "session" });
s.params = { version: 2 };
let r = await s.get(`${url}/basic-auth/user/passwd`, { headers: { "X-Both": "call" }, params: { page: 3 } });
console.log(r.url, `${r.request.headers}`);
assert.equal(r.status_code, 200);
assert(r.url.endsWith("?version=2&page=3"));
assert.deepEqual([r.request.headers["X-Session"], r.request.headers["X-Both"]], ["1", "call"]);
r = await s.get(`${url}/get`, { headers: { "X-Session": null }, params: { version: null } });
assert.deepEqual([r.url, "X-Session" in r.request.headers], [`${url}/get`, false]);
await s.close();
