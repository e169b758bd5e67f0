// # Text that is no JSON raises JSONDecodeError
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/robots.txt")
// try:
//     r.json()
//     assert False, "no error"
// except requests.exceptions.JSONDecodeError as error:
//     print(error)
//     assert error.pos == 0
//     assert error.doc == r.text
//     assert isinstance(error, requests.exceptions.RequestException)
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/robots.txt`);
try {
  r.json();
  assert.fail("no error");
} catch (error) {
  if (!(error instanceof requests.exceptions.JSONDecodeError)) throw error;
  console.log(error.message);
  assert.equal(error.pos, 0);
  assert.equal(error.doc, r.text);
  assert(error instanceof requests.exceptions.RequestException);
}
