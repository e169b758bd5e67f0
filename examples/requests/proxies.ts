// # Send through a proxy: plain requests as they are, https through a tunnel
// import os, requests
//
// url, https_url = os.environ["URL"], os.environ["HTTPS_URL"]
// proxies = {"http": os.environ["PROXY_URL"], "https": os.environ["PROXY_URL"]}
// target = url.replace("127.0.0.1", "behind-the-proxy.test")
// r = requests.get(f"{target}/get", proxies=proxies)
// print(r.json()["url"])
// assert r.json()["url"] == f"{target}/get"
// r = requests.get(f"{https_url}/get", proxies=proxies, verify=os.environ["CA_FILE"])
// assert r.json()["url"] == f"{https_url}/get"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url = "", HTTPS_URL: https_url } = process.env;
const proxies = { http: process.env["PROXY_URL"], https: process.env["PROXY_URL"] };
const target = url.replace("127.0.0.1", "behind-the-proxy.test");
let r = await requests.get(`${target}/get`, { proxies });
console.log(r.json<{ url: string }>().url);
assert.equal(r.json<{ url: string }>().url, `${target}/get`);
r = await requests.get(`${https_url}/get`, { proxies, verify: process.env["CA_FILE"] });
assert.equal(r.json<{ url: string }>().url, `${https_url}/get`);
