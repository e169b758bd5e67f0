// # Credentials for a proxy, and a proxy from the environment
// import os, requests
//
// target = os.environ["URL"].replace("127.0.0.1", "behind-the-proxy.test")
// proxy = os.environ["AUTH_PROXY_URL"]
// assert requests.get(f"{target}/get", proxies={"http": proxy}).status_code == 407
// proxy = proxy.replace("//", "//user:passwd@")
// r = requests.get(f"{target}/headers", proxies={"http": proxy})
// print(r.status_code, r.json())
// assert r.status_code == 200
// assert "Proxy-Authorization" not in r.json()["headers"]
// os.environ["HTTP_PROXY"] = proxy
// assert requests.get(f"{target}/get").status_code == 200
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const target = process.env["URL"]!.replace("127.0.0.1", "behind-the-proxy.test");
let proxy = process.env["AUTH_PROXY_URL"]!;
assert.equal((await requests.get(`${target}/get`, { proxies: { http: proxy } })).status_code, 407);
proxy = proxy.replace("//", "//user:passwd@");
const r = await requests.get(`${target}/headers`, { proxies: { http: proxy } });
console.log(r.status_code, r.json());
assert.equal(r.status_code, 200);
assert(!("Proxy-Authorization" in r.json<{ headers: object }>().headers));
process.env["HTTP_PROXY"] = proxy;
assert.equal((await requests.get(`${target}/get`)).status_code, 200);
