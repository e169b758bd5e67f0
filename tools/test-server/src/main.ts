import { parseArgs } from "node:util";
import { startTestServer } from "./server.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" }, https: { type: "boolean" } } });
const server = await startTestServer({ port: Number(values.port), record: false });
const https = values.https ? await server.https() : undefined;
const stop = (): void => {
  process.stdin.pause();
  void server.close();
};
process.once("SIGTERM", stop).once("SIGINT", stop);
process.stdin.once("close", stop).once("end", stop).resume();
console.log(JSON.stringify({ url: server.url, httpsUrl: https?.url, ca: https?.ca }));
