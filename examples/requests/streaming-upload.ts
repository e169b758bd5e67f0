// # Upload a file without reading it into memory
// import os, requests
//
// url = os.environ["URL"]
// with open(os.environ["FILE"], "rb") as f:
//     r = requests.post(f"{url}/post", data=f)
// print(r.json()["data"])
// assert r.json()["data"] == "id,amount\n1,20\n"
// assert r.json()["headers"]["Content-Length"] == "15"
import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import requests from "@posthaste/compat-requests";

const { URL: url, FILE: file = "" } = process.env;
const f = await open(file);
const r = await requests.post(`${url}/post`, { data: f });
await f.close();
console.log(r.json<{ data: string }>().data);
assert.equal(r.json<{ data: string }>().data, "id,amount\n1,20\n");
assert.equal(r.json<{ headers: Record<string, string> }>().headers["Content-Length"], "15");
