// # Send a body in chunks as a generator makes it
// import os, requests
//
// url = os.environ["URL"]
// def gen():
//     yield b"hi, "
//     yield b"there"
// r = requests.post(f"{url}/post", data=gen())
// print(r.json()["data"])
// assert r.json()["data"] == "hi, there"
// assert r.json()["headers"]["Transfer-Encoding"] == "chunked"
// assert "Content-Length" not in r.json()["headers"]
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
function* gen() {
  yield Buffer.from("hi, ");
  yield Buffer.from("there");
}
const r = await requests.post(`${url}/post`, { data: gen() });
console.log(r.json<{ data: string }>().data);
assert.equal(r.json<{ data: string }>().data, "hi, there");
assert.equal(r.json<{ headers: Record<string, string> }>().headers["Transfer-Encoding"], "chunked");
assert(!("Content-Length" in r.json<{ headers: object }>().headers));
