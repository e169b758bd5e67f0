// # A redirected POST becomes GET, but for 307 and 308
// import os, requests
//
// url = os.environ["URL"]
// for status, method, data in [(302, "GET", ""), (303, "GET", ""), (307, "POST", "hello"), (308, "POST", "hello")]:
//     params = {"url": "/anything", "status_code": status}
//     r = requests.post(f"{url}/redirect-to", params=params, data="hello")
//     print(status, r.json()["method"], r.json()["data"])
//     assert (r.json()["method"], r.json()["data"]) == (method, data)
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
for (const [status, method, data] of [
  [302, "GET", ""],
  [303, "GET", ""],
  [307, "POST", "hello"],
  [308, "POST", "hello"],
] as const) {
  const params = { url: "/anything", status_code: status };
  const r = await requests.post(`${url}/redirect-to`, { params, data: "hello" });
  console.log(status, r.json<{ method: string }>().method, r.json<{ data: string }>().data);
  assert.deepEqual([r.json<{ method: string }>().method, r.json<{ data: string }>().data], [method, data]);
}
