// # Read JSON
// import os, requests
//
// url = os.environ["URL"]
// r = requests.get(f"{url}/json")
// slideshow = r.json()["slideshow"]
// print(slideshow["title"])
// assert slideshow["title"] == "Sample Slide Show"
// assert len(slideshow["slides"]) == 2
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const r = await requests.get(`${url}/json`);
const { slideshow } = r.json<{ slideshow: { title: string; slides: object[] } }>();
console.log(slideshow.title);
assert.equal(slideshow.title, "Sample Slide Show");
assert.equal(slideshow.slides.length, 2);
