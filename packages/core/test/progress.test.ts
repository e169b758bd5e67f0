import { startRawServer } from "@posthaste/test-server";
import { expect, test } from "vitest";
import { createClient } from "../src/index.ts";
import { downloadProgress, type DownloadProgress } from "../src/progress.ts";
import { nodeAdapter } from "./node-adapter.ts";

const client = createClient({ adapter: nodeAdapter(), plugins: [downloadProgress()] });

async function progressOf(answer: string): Promise<DownloadProgress[]> {
  await using server = await startRawServer([answer]);
  const seen: DownloadProgress[] = [];
  const response = await client.get(server.url, { onDownloadProgress: (progress) => seen.push(progress) });
  expect(seen).toEqual([]);
  await response.bytes();
  return seen;
}

test("counts up to the Content-Length", async () => {
  const seen = await progressOf(`HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n${"x".repeat(300_000)}`);
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.every(({ total }) => total === 300_000)).toBe(true);
  expect(seen.map(({ received }) => received)).toEqual(seen.map(({ received }) => received).toSorted((a, b) => a - b));
  expect(seen.at(-1)).toEqual({ received: 300_000, total: 300_000 });
});

test("the end tells a total that was not known before", async () => {
  const seen = await progressOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
  expect(seen).toEqual([
    { received: 2, total: undefined },
    { received: 2, total: 2 },
  ]);
  const encoded = await progressOf("HTTP/1.1 200 OK\r\nContent-Encoding: x\r\nContent-Length: 2\r\n\r\nhi");
  expect(encoded.map(({ total }) => total)).toEqual([undefined, 2]);
  expect(await progressOf("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).toEqual([{ received: 0, total: 0 }]);
});

test("a callback that throws ends the reading", async () => {
  await using server = await startRawServer(["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"]);
  const response = await client.get(server.url, {
    onDownloadProgress() {
      throw new Error("enough");
    },
  });
  await expect(response.bytes()).rejects.toThrow("enough");
  await server.connections[0]!.closed;
});
