// # Answer requests without a network
// import io, requests
// from requests.adapters import BaseAdapter
//
// class MemoryAdapter(BaseAdapter):
//     def send(self, request, **kwargs):
//         r = requests.Response()
//         r.status_code, r.request, r.url = 200, request, request.url
//         r.raw = io.BytesIO(f"{request.method} {request.url}".encode())
//         return r
//     def close(self):
//         pass
//
// s = requests.Session()
// s.mount("memory://", MemoryAdapter())
// r = s.get("memory://here")
// print(r.text)
// assert r.text == "GET memory://here"
// s.close()
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import requests from "@posthaste/compat-requests";
import { BaseAdapter } from "@posthaste/compat-requests/adapters";

class MemoryAdapter extends BaseAdapter {
  override async send(request: requests.PreparedRequest) {
    const r = new requests.Response();
    [r.status_code, r.request, r.url] = [200, request, request.url!];
    r.raw = Readable.from([Buffer.from(`${request.method} ${request.url}`)], { objectMode: false });
    return r;
  }
  override close(): void {}
}

const s = new requests.Session();
s.mount("memory://", new MemoryAdapter());
const r = await s.get("memory://here");
console.log(r.text);
assert.equal(r.text, "GET memory://here");
await s.close();
