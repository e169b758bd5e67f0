// # Post JSON
// import os, requests
//
// url = os.environ["URL"]
// r = requests.post(f"{url}/post", json={"name": "Zoë", "langs": ["ts", "py"]})
// print(r.request.body.decode())
// assert r.request.body == b'{"name": "Zo\\u00eb", "langs": ["ts", "py"]}'
// assert r.request.headers["Content-Type"] == "application/json"
// assert r.json()["json"] == {"name": "Zoë", "langs": ["ts", "py"]}
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.post(`${url}/post`, { json: { name: "Zoë", langs: ["ts", "py"] } });
const body = new TextDecoder().decode(r.request.body as Uint8Array);
console.log(body);
assert.equal(body, '{"name": "Zo\\u00eb", "langs": ["ts", "py"]}');
assert.equal(r.request.headers["Content-Type"], "application/json");
assert.deepEqual(r.json<{ json: object }>().json, { name: "Zoë", langs: ["ts", "py"] });
