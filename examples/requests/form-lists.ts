// # Post a form with several values of one name, as tuples or as a list
// import os, requests
//
// url = os.environ["URL"]
// by_tuples = requests.post(f"{url}/post", data=[("tag", "new"), ("tag", "blue")])
// by_list = requests.post(f"{url}/post", data={"tag": ["new", "blue"]})
// print(by_tuples.json()["form"])
// assert by_tuples.json()["form"] == {"tag": ["new", "blue"]}
// assert by_tuples.request.body == by_list.request.body
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { URL: url } = process.env;
const by_tuples = await requests.post(`${url}/post`, {
  data: [
    ["tag", "new"],
    ["tag", "blue"],
  ],
});
const by_list = await requests.post(`${url}/post`, { data: { tag: ["new", "blue"] } });
console.log(by_tuples.json<{ form: object }>().form);
assert.deepEqual(by_tuples.json<{ form: object }>().form, { tag: ["new", "blue"] });
assert.equal(by_tuples.request.body, by_list.request.body);
