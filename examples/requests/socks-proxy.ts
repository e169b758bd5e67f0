// # Send through a SOCKS proxy, which looks up the names with socks5h
// import os, requests
//
// target = os.environ["URL"].replace("127.0.0.1", "behind-the-proxy.test")
// proxy = os.environ["SOCKS_URL"].replace("socks5:", "socks5h:")
// r = requests.get(f"{target}/get", proxies={"http": proxy})
// print(r.json()["url"])
// assert r.json()["url"] == f"{target}/get"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const target = process.env["URL"]!.replace("127.0.0.1", "behind-the-proxy.test");
const proxy = process.env["SOCKS_URL"]!.replace("socks5:", "socks5h:");
const r = await requests.get(`${target}/get`, { proxies: { http: proxy } });
console.log(r.json<{ url: string }>().url);
assert.equal(r.json<{ url: string }>().url, `${target}/get`);
