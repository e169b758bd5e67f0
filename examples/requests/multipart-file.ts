// # Upload a file
// import os, requests
//
// url = os.environ["URL"]
// files = {"report": open(os.environ["FILE"], "rb")}
// r = requests.post(f"{url}/post", files=files)
// print(r.json()["files"])
// assert r.request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
// assert r.json()["files"] == {"report": "id,amount\n1,20\n"}
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import requests from "@posthaste/compat-requests";

const { URL: url, FILE: file = "" } = process.env;
const files = { report: createReadStream(file) };
const r = await requests.post(`${url}/post`, { files });
console.log(r.json<{ files: object }>().files);
assert(r.request.headers.get("Content-Type")?.toString().startsWith("multipart/form-data; boundary="));
assert.deepEqual(r.json<{ files: object }>().files, { report: "id,amount\n1,20\n" });
