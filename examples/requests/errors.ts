// # Tell errors apart by their class
// import os, requests
//
// url = os.environ["URL"]
// cases = [
//     ("http://127.0.0.1:1/", requests.exceptions.ConnectionError),
//     ("127.0.0.1/", requests.exceptions.MissingSchema),
//     ("ftp://127.0.0.1/", requests.exceptions.InvalidSchema),
//     (f"{url}/redirect/40", requests.exceptions.TooManyRedirects),
// ]
// for target, expected in cases:
//     try:
//         requests.get(target)
//         assert False, "no error"
//     except requests.exceptions.RequestException as error:
//         print(type(error).__name__)
//         assert isinstance(error, expected)
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const cases = [
  ["http://127.0.0.1:1/", requests.exceptions.ConnectionError],
  ["127.0.0.1/", requests.exceptions.MissingSchema],
  ["ftp://127.0.0.1/", requests.exceptions.InvalidSchema],
  [`${url}/redirect/40`, requests.exceptions.TooManyRedirects],
] as const;
for (const [target, expected] of cases) {
  try {
    await requests.get(target);
    assert.fail("no error");
  } catch (error) {
    if (!(error instanceof requests.exceptions.RequestException)) throw error;
    console.log(error.constructor.name);
    assert(error instanceof expected);
  }
}
