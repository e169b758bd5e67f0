// # Send a prepared request with what the environment says of certificates
// import os, requests
//
// url = os.environ["HTTPS_URL"]
// os.environ["REQUESTS_CA_BUNDLE"] = os.environ["CA_FILE"]
// s = requests.Session()
// prepped = s.prepare_request(requests.Request("GET", f"{url}/get"))
// settings = s.merge_environment_settings(prepped.url, {}, None, None, None)
// print(settings)
// assert settings["verify"] == os.environ["CA_FILE"]
// r = s.send(prepped, **settings)
// assert r.status_code == 200
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

const { HTTPS_URL: url } = process.env;
process.env["REQUESTS_CA_BUNDLE"] = process.env["CA_FILE"];
const s = new requests.Session();
const prepped = s.prepare_request(new requests.Request("GET", `${url}/get`));
const settings = s.merge_environment_settings(prepped.url!, {}, null, null, null);
console.log(settings);
assert.equal(settings["verify"], process.env["CA_FILE"]);
const r = await s.send(prepped, { ...settings });
assert.equal(r.status_code, 200);
await s.close();
