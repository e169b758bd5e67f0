// # Change what a session does by overriding a method
// import os, requests
//
// class PostingSession(requests.Session):
//     def rebuild_method(self, prepared_request, response):
//         prepared_request.method = "POST"
//
// url = os.environ["URL"]
// s = PostingSession()
// r = s.post(f"{url}/redirect-to", params={"url": "/anything"})
// print(r.history[0].status_code, r.json()["method"])
// assert r.history[0].status_code == 302
// assert r.json()["method"] == "POST"
// s.close()
import assert from "node:assert/strict";
import requests from "@posthaste/compat-requests";

class PostingSession extends requests.Session {
  override rebuild_method(prepared_request: requests.PreparedRequest): void {
    prepared_request.method = "POST";
  }
}

const { URL: url } = process.env;
const s = new PostingSession();
const r = await s.post(`${url}/redirect-to`, { params: { url: "/anything" } });
console.log(r.history[0]?.status_code, r.json<{ method: string }>().method);
assert.equal(r.history[0]?.status_code, 302);
assert.equal(r.json<{ method: string }>().method, "POST");
await s.close();
