// # Every verb has a function
// import os, requests
//
// url = f"{os.environ['URL']}/anything"
// assert requests.get(url).json()["method"] == "GET"
// assert requests.post(url, data="a").json()["method"] == "POST"
// assert requests.put(url, data="b").json()["method"] == "PUT"
// assert requests.patch(url, data="c").json()["data"] == "c"
// assert requests.delete(url).json()["method"] == "DELETE"
// assert requests.head(url).content == b""
// r = requests.options(url)
// print(r.headers["Allow"])
// assert "DELETE" in r.headers["Access-Control-Allow-Methods"]
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const url = `${process.env["URL"]}/anything`;
assert.equal((await requests.get(url)).json<{ method: string }>().method, "GET");
assert.equal((await requests.post(url, { data: "a" })).json<{ method: string }>().method, "POST");
assert.equal((await requests.put(url, { data: "b" })).json<{ method: string }>().method, "PUT");
assert.equal((await requests.patch(url, { data: "c" })).json<{ data: string }>().data, "c");
assert.equal((await requests.delete(url)).json<{ method: string }>().method, "DELETE");
assert.equal((await requests.head(url)).content.length, 0);
const r = await requests.options(url);
console.log(r.headers["Allow"]);
assert(r.headers.get("Access-Control-Allow-Methods")!.includes("DELETE"));
