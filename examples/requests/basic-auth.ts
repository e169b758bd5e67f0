// # Basic authentication, also by what stands in the URL
// import os, requests
// from requests.auth import HTTPBasicAuth
//
// url = os.environ["URL"]
// target = f"{url}/basic-auth/user/passwd"
// r = requests.get(target, auth=HTTPBasicAuth("user", "passwd"))
// print(r.json())
// assert r.json() == {"authenticated": True, "user": "user"}
// assert requests.get(target, auth=("user", "passwd")).status_code == 200
// assert requests.get(target.replace("//", "//user:passwd@")).status_code == 200
// assert requests.get(target, auth=("user", "wrong")).status_code == 401
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";
import { HTTPBasicAuth } from "@posthaste/compat-requests/auth";

const { URL: url } = process.env;
const target = `${url}/basic-auth/user/passwd`;
const r = await requests.get(target, { auth: new HTTPBasicAuth("user", "passwd") });
console.log(r.json());
assert.deepEqual(r.json(), { authenticated: true, user: "user" });
assert.equal((await requests.get(target, { auth: ["user", "passwd"] })).status_code, 200);
assert.equal((await requests.get(target.replace("//", "//user:passwd@"))).status_code, 200);
assert.equal((await requests.get(target, { auth: ["user", "wrong"] })).status_code, 401);
