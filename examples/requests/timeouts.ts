// # Give up on a server that is silent for too long
// import os, requests
//
// url = os.environ["URL"]
// try:
//     requests.get(f"{url}/delay/5", timeout=0.1)
//     assert False, "no error"
// except requests.exceptions.Timeout as error:
//     print(type(error).__name__)
//     assert isinstance(error, requests.exceptions.ReadTimeout)
// r = requests.get(f"{url}/get", timeout=10)
// assert r.elapsed.total_seconds() < 10
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
try {
  await requests.get(`${url}/delay/5`, { timeout: 0.1 });
  assert.fail("no error");
} catch (error) {
  if (!(error instanceof requests.exceptions.Timeout)) throw error;
  console.log(error.constructor.name);
  assert(error instanceof requests.exceptions.ReadTimeout);
}
const r = await requests.get(`${url}/get`, { timeout: 10 });
assert(r.elapsed.total_seconds() < 10);
