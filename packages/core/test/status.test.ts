import { startRawServer } from "@posthaste/test-server";
import { rejection } from "@posthaste/test-server/promises";
import { expect, test } from "vitest";
import { createClient, HttpError } from "../src/index.ts";
import { raiseOnStatus } from "../src/status.ts";
import { nodeAdapter } from "./node-adapter.ts";

const client = createClient({ adapter: nodeAdapter(), plugins: [raiseOnStatus()] });
const answer = (status: string, content = "") =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${content.length}\r\n\r\n${content}`;

const failure = rejection<HttpError>;

test("statuses of 400 and above reject with the response, whose content can still be read", async () => {
  await using server = await startRawServer([answer("404 Not Found", "gone"), answer("503 ", "")]);
  const error = await failure(client.get(`${server.url}/a?b`));
  expect(error).toBeInstanceOf(HttpError);
  expect(error.code).toBe("ERR_STATUS");
  expect(error.message).toBe(`GET ${server.url}/a: 404 Not Found (ERR_STATUS)`);
  await server.connections[0]!.closed;
  expect(await error.response!.text()).toBe("gone");
  expect((await failure(client.get(server.url))).message).toMatch(/: 503 \(ERR_STATUS\)$/);
});

test("other statuses do not, and a call decides for itself", async () => {
  await using server = await startRawServer([
    answer("304 Not Modified"),
    answer("404 Not Found"),
    answer("200 OK"),
    answer("500 No"),
  ]);
  expect((await client.get(server.url)).status).toBe(304);
  expect((await client.get(server.url, { raiseOnStatus: false })).status).toBe(404);
  expect((await failure(client.get(server.url, { raiseOnStatus: (status) => status < 300 }))).code).toBe("ERR_STATUS");
  const lenient = createClient({ adapter: nodeAdapter(), plugins: [raiseOnStatus(false)] });
  expect((await lenient.get(server.url)).status).toBe(500);
});

test("of a long or broken content the start is kept, and the connection is not held", async () => {
  await using server = await startRawServer([
    answer("500 No", "x".repeat(200_000)),
    (socket) => void socket.end("HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\npart"),
  ]);
  const long = await failure(client.get(server.url));
  await server.connections[0]!.closed;
  expect((await long.response!.bytes()).length).toBe(65_536);
  const broken = await failure(client.get(server.url));
  expect(await broken.response!.text()).toBe("part");
});
