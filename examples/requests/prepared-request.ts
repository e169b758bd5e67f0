// # Prepare a request, change it, then send it
// import os, requests
//
// url = os.environ["URL"]
// s = requests.Session()
// req = requests.Request("POST", f"{url}/post", data="draft", headers={"X-State": "draft"})
// prepped = req.prepare()
// prepped.body = "final"
// del prepped.headers["X-State"]
// r = s.send(prepped, stream=False, timeout=10)
// print(r.status_code, r.json()["data"])
// assert r.json()["data"] == "final"
// assert "X-State" not in r.json()["headers"]
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const s = new requests.Session();
const req = new requests.Request("POST", `${url}/post`, { data: "draft", headers: { "X-State": "draft" } });
const prepped = req.prepare();
prepped.body = "final";
delete prepped.headers["X-State"];
const r = await s.send(prepped, { stream: false, timeout: 10 });
console.log(r.status_code, r.json<{ data: string }>().data);
assert.equal(r.json<{ data: string }>().data, "final");
assert(!("X-State" in r.json<{ headers: object }>().headers));
await s.close();
