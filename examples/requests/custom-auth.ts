// # Authentication of your own: a class that changes the request
// import os, requests
// from requests.auth import AuthBase
//
// class TokenAuth(AuthBase):
//     def __init__(self, token):
//         self.token = token
//     def __call__(self, r):
//         r.headers["Authorization"] = f"Bearer {self.token}"
//         return r
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/bearer", auth=TokenAuth("t-1"))
// print(r.json())
// assert r.json() == {"authenticated": True, "token": "t-1"}
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";
import { AuthBase } from "@posthaste/compat-requests/auth";

class TokenAuth extends AuthBase {
  token: string;
  constructor(token: string) {
    super();
    this.token = token;
  }
  override __call__(r: requests.PreparedRequest) {
    r.headers["Authorization"] = `Bearer ${this.token}`;
    return r;
  }
}

const { URL: url } = process.env;
const r = await requests.get(`${url}/bearer`, { auth: new TokenAuth("t-1") });
console.log(r.json());
assert.deepEqual(r.json(), { authenticated: true, token: "t-1" });
