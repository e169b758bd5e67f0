// # Mount a transport adapter for a part of the URLs
// import os, requests
// from requests.adapters import HTTPAdapter
//
// class TracingAdapter(HTTPAdapter):
//     def add_headers(self, request, **kwargs):
//         request.headers["X-Trace"] = request.path_url
//
// url = os.environ["URL"]
// s = requests.Session()
// s.mount(f"{url}/anything", TracingAdapter())
// traced, plain = s.get(f"{url}/anything/a").json(), s.get(f"{url}/get").json()
// print(traced["headers"]["X-Trace"])
// assert traced["headers"]["X-Trace"] == "/anything/a"
// assert "X-Trace" not in plain["headers"]
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";
import { HTTPAdapter } from "@posthaste/compat-requests/adapters";

class TracingAdapter extends HTTPAdapter {
  override add_headers(request: requests.PreparedRequest): void {
    request.headers["X-Trace"] = request.path_url;
  }
}

const { URL: url } = process.env;
type Echo = { headers: Record<string, string> };
const s = new requests.Session();
s.mount(`${url}/anything`, new TracingAdapter());
const [traced, plain] = [(await s.get(`${url}/anything/a`)).json<Echo>(), (await s.get(`${url}/get`)).json<Echo>()];
console.log(traced.headers["X-Trace"]);
assert.equal(traced.headers["X-Trace"], "/anything/a");
assert(!("X-Trace" in plain.headers));
await s.close();
