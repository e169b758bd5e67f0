// # Walk from page to page by Link headers
// import os, requests
//
// url = os.environ["URL"]
// link = '</page/2>; rel="next", </page/9>; rel="last"; title="The end"'
// r = requests.get(f"{url}/response-headers", params={"Link": link})
// print(r.links)
// assert r.links["next"]["url"] == "/page/2"
// assert r.links["last"] == {"url": "/page/9", "rel": "last", "title": "The end"}
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const link = '</page/2>; rel="next", </page/9>; rel="last"; title="The end"';
const r = await requests.get(`${url}/response-headers`, { params: { Link: link } });
console.log(r.links);
assert.equal(r.links["next"]!["url"], "/page/2");
assert.deepEqual(r.links["last"], { url: "/page/9", rel: "last", title: "The end" });
