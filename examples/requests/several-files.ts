// # Upload several files under one name
// import os, requests
//
// url = os.environ["URL"]
// files = [
//     ("images", ("one.png", b"first", "image/png")),
//     ("images", ("two.png", b"second", "image/png")),
// ]
// r = requests.post(f"{url}/post", files=files)
// print(r.json()["files"])
// assert r.json()["files"] == {"images": ["first", "second"]}
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const files = [
  ["images", ["one.png", Buffer.from("first"), "image/png"]],
  ["images", ["two.png", Buffer.from("second"), "image/png"]],
] as const;
const r = await requests.post(`${url}/post`, { files });
console.log(r.json<{ files: object }>().files);
assert.deepEqual(r.json<{ files: object }>().files, { images: ["first", "second"] });
