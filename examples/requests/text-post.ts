// # Post text as it is
// import os, requests
//
// url = os.environ["URL"]
// headers = {"Content-Type": "text/csv; charset=utf-8"}
// r = requests.post(f"{url}/post", data="name,age\nZoë,36\n".encode(), headers=headers)
// print(r.json()["data"])
// assert r.json()["data"] == "name,age\nZoë,36\n"
// assert r.json()["headers"]["Content-Length"] == "17"
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const headers = { "Content-Type": "text/csv; charset=utf-8" };
const r = await requests.post(`${url}/post`, { data: Buffer.from("name,age\nZoë,36\n"), headers });
console.log(r.json<{ data: string }>().data);
assert.equal(r.json<{ data: string }>().data, "name,age\nZoë,36\n");
assert.equal(r.json<{ headers: Record<string, string> }>().headers["Content-Length"], "17");
