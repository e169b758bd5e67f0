// # Call a function with each response: also with those on the way
// import os, requests
//
// url = os.environ["URL"]
// seen = []
// def note_url(r, *args, **kwargs):
//     seen.append(r.url)
// requests.get(f"{url}/redirect/1", hooks={"response": note_url})
// print(seen)
// assert seen == [f"{url}/redirect/1", f"{url}/get"]
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const seen: string[] = [];
function note_url(r: requests.Response): void {
  seen.push(r.url);
}
await requests.get(`${url}/redirect/1`, { hooks: { response: note_url } });
console.log(seen);
assert.deepEqual(seen, [`${url}/redirect/1`, `${url}/get`]);
