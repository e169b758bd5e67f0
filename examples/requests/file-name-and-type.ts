// # Say a file's name, type and headers; send text as a file, and fields beside it
// import os, requests
//
// url = os.environ["URL"]
// files = {"report": ("rows.csv", "1;2\n3;4\n", "text/csv", {"Expires": "0"})}
// r = requests.post(f"{url}/post", data={"kind": "rows"}, files=files)
// body = r.request.body.decode()
// print(body)
// assert 'name="report"; filename="rows.csv"\r\n' in body
// assert "Content-Type: text/csv\r\nExpires: 0\r\n" in body
// assert r.json()["form"] == {"kind": "rows"}
// assert r.json()["files"] == {"report": "1;2\n3;4\n"}
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const files = { report: ["rows.csv", "1;2\n3;4\n", "text/csv", { Expires: "0" }] as const };
const r = await requests.post(`${url}/post`, { data: { kind: "rows" }, files });
const body = new TextDecoder().decode(r.request.body as Uint8Array);
console.log(body);
assert(body.includes('name="report"; filename="rows.csv"\r\n'));
assert(body.includes("Content-Type: text/csv\r\nExpires: 0\r\n"));
assert.deepEqual(r.json<{ form: object }>().form, { kind: "rows" });
assert.deepEqual(r.json<{ files: object }>().files, { report: "1;2\n3;4\n" });
