// # Certificates are verified, by an authority of your own if you say so
// import os, requests
//
// url = os.environ["HTTPS_URL"]
// try:
//     requests.get(f"{url}/get")
//     assert False, "no error"
// except requests.exceptions.SSLError as error:
//     print(type(error).__name__)
//     assert isinstance(error, requests.exceptions.ConnectionError)
// r = requests.get(f"{url}/get", verify=os.environ["CA_FILE"])
// assert r.json()["url"] == f"{url}/get"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { HTTPS_URL: url } = process.env;
try {
  await requests.get(`${url}/get`);
  assert.fail("no error");
} catch (error) {
  if (!(error instanceof requests.exceptions.SSLError)) throw error;
  console.log(error.constructor.name);
  assert(error instanceof requests.exceptions.ConnectionError);
}
const r = await requests.get(`${url}/get`, { verify: process.env["CA_FILE"] });
assert.equal(r.json<{ url: string }>().url, `${url}/get`);
