// # Credentials from a netrc file, unless the session does not trust the environment
// import os, requests
//
// url = os.environ["URL"]
// path = os.path.join(os.environ["FOLDER"], "netrc")
// with open(path, "w") as f:
//     f.write("machine 127.0.0.1 login user password passwd\n")
// os.environ["NETRC"] = path
// s = requests.Session()
// r = s.get(f"{url}/basic-auth/user/passwd")
// print(r.json())
// assert r.json()["user"] == "user"
// s.trust_env = False
// assert s.get(f"{url}/basic-auth/user/passwd").status_code == 401
// s.close()
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const path = join(process.env["FOLDER"]!, "netrc");
writeFileSync(path, "machine 127.0.0.1 login user password passwd\n");
process.env["NETRC"] = path;
const s = new requests.Session();
const r = await s.get(`${url}/basic-auth/user/passwd`);
console.log(r.json());
assert.equal(r.json<{ user: string }>().user, "user");
s.trust_env = false;
assert.equal((await s.get(`${url}/basic-auth/user/passwd`)).status_code, 401);
await s.close();
