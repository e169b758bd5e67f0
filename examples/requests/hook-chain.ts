// # Several hooks, the session's among them; one may put another response in the place
// import os, requests
//
// url = os.environ["URL"]
// s = requests.Session()
// def fall_back(r, *args, **kwargs):
//     if r.status_code == 404:
//         return requests.get(f"{url}/robots.txt")
// def mark(r, *args, **kwargs):
//     r.headers["X-Marked"] = "1"
// s.hooks["response"] = [fall_back]
// r = s.get(f"{url}/status/404", hooks={"response": [fall_back, mark]})
// print(r.url, r.headers["X-Marked"])
// assert r.url == f"{url}/robots.txt"
// assert r.headers["X-Marked"] == "1"
// assert s.get(f"{url}/status/404").status_code == 200
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const s = new requests.Session();
function fall_back(r: requests.Response): unknown {
  if (r.status_code === 404) return requests.get(`${url}/robots.txt`);
  return null;
}
function mark(r: requests.Response): void {
  r.headers["X-Marked"] = "1";
}
s.hooks = { response: [fall_back] };
const r = await s.get(`${url}/status/404`, { hooks: { response: [fall_back, mark] } });
console.log(r.url, r.headers["X-Marked"]);
assert.equal(r.url, `${url}/robots.txt`);
assert.equal(r.headers["X-Marked"], "1");
assert.equal((await s.get(`${url}/status/404`)).status_code, 200);
await s.close();
