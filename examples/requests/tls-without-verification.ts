// # Do without verification, for one call or a whole session
// import os, requests
//
// url = os.environ["HTTPS_URL"]
// r = requests.get(f"{url}/get", verify=False)
// print(r.status_code)
// assert r.status_code == 200
// s = requests.Session()
// s.verify = False
// assert s.get(f"{url}/get").status_code == 200
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { HTTPS_URL: url } = process.env;
const r = await requests.get(`${url}/get`, { verify: false });
console.log(r.status_code);
assert.equal(r.status_code, 200);
const s = new requests.Session();
s.verify = false;
assert.equal((await s.get(`${url}/get`)).status_code, 200);
await s.close();
