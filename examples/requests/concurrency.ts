// # Many requests at a time
// import os, requests
// from concurrent.futures import ThreadPoolExecutor
//
// url = os.environ["URL"]
// s = requests.Session()
// urls = [f"{url}/anything/{n}" for n in range(20)]
// with ThreadPoolExecutor() as pool:
//     responses = list(pool.map(s.get, urls))
// print([r.status_code for r in responses])
// assert [r.json()["url"] for r in responses] == urls
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const s = new requests.Session();
const urls = Array.from({ length: 20 }, (_, n) => `${url}/anything/${n}`);
const responses = await Promise.all(urls.map((target) => s.get(target)));
console.log(responses.map((r) => r.status_code));
assert.deepEqual(
  responses.map((r) => r.json<{ url: string }>().url),
  urls,
);
await s.close();
