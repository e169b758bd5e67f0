// # Choose the encoding that text is read by
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/encoding/utf8")
// print(r.encoding, r.apparent_encoding)
// assert r.encoding == "utf-8"
// assert "Зарегистрируйтесь" in r.text
// r.encoding = "ISO-8859-1"
// assert "Ð\x97Ð°Ñ\x80ÐµÐ³" in r.text
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/encoding/utf8`);
console.log(r.encoding, r.apparent_encoding);
assert.equal(r.encoding, "utf-8");
assert(r.text.includes("Зарегистрируйтесь"));
r.encoding = "ISO-8859-1";
assert(r.text.includes("Ð\x97Ð°Ñ\x80ÐµÐ³"));
