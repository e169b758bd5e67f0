// # Do not follow a redirect, or follow it by hand; HEAD follows none by itself
// import os, requests
//
// url = os.environ["URL"]
// s = requests.Session()
// r = s.get(f"{url}/redirect/1", allow_redirects=False)
// print(r.status_code, r.headers["Location"], r.next.url)
// assert (r.status_code, r.history) == (302, [])
// assert s.send(r.next).json()["url"] == f"{url}/get"
// assert s.head(f"{url}/redirect/1").status_code == 302
// assert s.head(f"{url}/redirect/1", allow_redirects=True).status_code == 200
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const s = new requests.Session();
const r = await s.get(`${url}/redirect/1`, { allow_redirects: false });
console.log(r.status_code, r.headers["Location"], r.next!.url);
assert.deepEqual([r.status_code, r.history], [302, []]);
assert.equal((await s.send(r.next!)).json<{ url: string }>().url, `${url}/get`);
assert.equal((await s.head(`${url}/redirect/1`)).status_code, 302);
assert.equal((await s.head(`${url}/redirect/1`, { allow_redirects: true })).status_code, 200);
await s.close();
