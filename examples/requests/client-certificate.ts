// # Show a certificate to the server
// import os, requests
//
// url = os.environ["MTLS_URL"]
// ca = os.environ["CA_FILE"]
// cert = (os.environ["CERT_FILE"], os.environ["KEY_FILE"])
// r = requests.get(f"{url}/get", verify=ca, cert=cert)
// print(r.status_code)
// assert r.status_code == 200
// try:
//     requests.get(f"{url}/get", verify=ca)
//     assert False, "no error"
// except requests.exceptions.ConnectionError as error:
//     print(type(error).__name__)
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { MTLS_URL: url } = process.env;
const ca = process.env["CA_FILE"];
const cert = [process.env["CERT_FILE"]!, process.env["KEY_FILE"]!] as const;
const r = await requests.get(`${url}/get`, { verify: ca, cert });
console.log(r.status_code);
assert.equal(r.status_code, 200);
try {
  await requests.get(`${url}/get`, { verify: ca });
  assert.fail("no error");
} catch (error) {
  if (!(error instanceof requests.exceptions.ConnectionError)) throw error;
  console.log(error.constructor.name);
}
