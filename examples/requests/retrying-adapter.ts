// # Try again on some statuses, with growing pauses
// import os, requests
// from requests.adapters import HTTPAdapter, Retry
//
// url = os.environ["URL"]
// s = requests.Session()
// retries = Retry(total=2, backoff_factor=0.01, status_forcelist=[503])
// s.mount("http://", HTTPAdapter(max_retries=retries))
// try:
//     s.get(f"{url}/status/503")
//     assert False, "no error"
// except requests.exceptions.RetryError as error:
//     print(error)
//     assert "too many 503 error responses" in str(error)
// s.mount("http://", HTTPAdapter(max_retries=retries.new(raise_on_status=False)))
// r = s.get(f"{url}/status/503")
// assert (r.status_code, len(r.raw.retries.history)) == (503, 2)
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";
import { HTTPAdapter, Retry } from "@posthaste/compat-requests/adapters";

const { URL: url } = process.env;
const s = new requests.Session();
const retries = new Retry({ total: 2, backoff_factor: 0.01, status_forcelist: [503] });
s.mount("http://", new HTTPAdapter({ max_retries: retries }));
try {
  await s.get(`${url}/status/503`);
  assert.fail("no error");
} catch (error) {
  if (!(error instanceof requests.exceptions.RetryError)) throw error;
  console.log(error.message);
  assert(error.message.includes("too many 503 error responses"));
}
s.mount("http://", new HTTPAdapter({ max_retries: retries.new({ raise_on_status: false }) }));
const r = await s.get(`${url}/status/503`);
assert.deepEqual([r.status_code, r.raw.retries.history.length], [503, 2]);
await s.close();
