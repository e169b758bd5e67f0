// # Turn an error's status into an exception
// import os, requests
//
// url = os.environ["URL"]
// requests.get(f"{url}/get").raise_for_status()
// r = requests.get(f"{url}/status/404")
// try:
//     r.raise_for_status()
//     assert False, "no error"
// except requests.HTTPError as error:
//     print(error)
//     assert error.response.status_code == 404
//     assert error.request.url == f"{url}/status/404"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
(await requests.get(`${url}/get`)).raise_for_status();
const r = await requests.get(`${url}/status/404`);
try {
  r.raise_for_status();
  assert.fail("no error");
} catch (error) {
  if (!(error instanceof requests.HTTPError)) throw error;
  console.log(error.message);
  assert.equal(error.response?.status_code, 404);
  assert.equal(error.request?.url, `${url}/status/404`);
}
