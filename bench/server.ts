// The server of the benchmarks, in a process of its own so that its CPU is not counted: small JSON on every path.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const json = JSON.stringify({ id: 7, name: "posthaste", tags: ["small", "fast"], nested: { ok: true, n: 1.5 } });
const length = Buffer.byteLength(json);

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  request.once("end", () => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": length });
    response.end(json);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/item`);
});
// The parent is gone when its end of the pipe is.
process.stdin.resume().once("end", () => process.exit());
