// # Digest authentication: the challenge is answered, and stands in the history
// import os, requests
// from requests.auth import HTTPDigestAuth
//
// url = os.environ["URL"]
// s = requests.Session()
// s.auth = HTTPDigestAuth("user", "passwd")
// r = s.get(f"{url}/digest-auth/auth/user/passwd/SHA-256")
// print([earlier.status_code for earlier in r.history], r.json())
// assert [earlier.status_code for earlier in r.history] == [401]
// assert r.json()["authenticated"] is True
// r = s.get(f"{url}/digest-auth/auth/user/passwd/SHA-256")
// assert (r.status_code, r.history) == (200, [])
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";
import { HTTPDigestAuth } from "@posthaste/compat-requests/auth";

const { URL: url } = process.env;
const s = new requests.Session();
s.auth = new HTTPDigestAuth("user", "passwd");
let r = await s.get(`${url}/digest-auth/auth/user/passwd/SHA-256`);
console.log(
  r.history.map((earlier) => earlier.status_code),
  r.json(),
);
assert.deepEqual(
  r.history.map((earlier) => earlier.status_code),
  [401],
);
assert.equal(r.json<{ authenticated: boolean }>().authenticated, true);
r = await s.get(`${url}/digest-auth/auth/user/passwd/SHA-256`);
assert.deepEqual([r.status_code, r.history], [200, []]);
await s.close();
