// # One timeout for connecting, another for silence; None waits for ever
// import os, requests
//
// url = os.environ["URL"]
// try:
//     requests.get(f"{url}/delay/5", timeout=(3.05, 0.1))
//     assert False, "no error"
// except requests.exceptions.ReadTimeout as error:
//     print(error)
//     assert "read timeout=0.1" in str(error)
// r = requests.get(f"{url}/delay/0.2", timeout=(3.05, None))
// assert r.elapsed.total_seconds() > 0.1
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
try {
  await requests.get(`${url}/delay/5`, { timeout: [3.05, 0.1] });
  assert.fail("no error");
} catch (error) {
  if (!(error instanceof requests.exceptions.ReadTimeout)) throw error;
  console.log(error.message);
  assert(error.message.includes("read timeout=0.1"));
}
const r = await requests.get(`${url}/delay/0.2`, { timeout: [3.05, null] });
assert(r.elapsed.total_seconds() > 0.1);
