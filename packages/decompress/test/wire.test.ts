import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, type HttpError } from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { startRawServer, startTestServer } from "@posthaste/test-server";
import { findProgram, freePort, startProgram, temporaryFolder } from "@posthaste/test-server/program";
import { describe, expect, test } from "vitest";

const open = () => createClient({ adapter: undiciAdapter(), plugins: [decompress()] });

test.each([
  ["gzip", "gzipped", "gzip"],
  ["deflate", "deflated", "deflate"],
  ["brotli", "brotli", "br"],
  ["zstd", "zstd", "zstd"],
])("/%s over a socket", async (path, flag, coding) => {
  await using server = await startTestServer();
  await using client = open();
  const response = await client.get(`${server.url}/${path}`);
  expect(response.headers.get("content-encoding")).toBe(coding);
  const echo = await response.json<{ headers: Record<string, string> }>();
  expect(echo).toMatchObject({ [flag]: true, headers: { "Accept-Encoding": "gzip,deflate,br,zstd" } });
  await (await client.get(`${server.url}/${path}`)).text();
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1]);
});

describe("bytes by hand", () => {
  const content = gzipSync("hello ".repeat(50_000));
  const head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n";
  const chunk = (bytes: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);

  test("a content that ends too early, though its length is right", async () => {
    const short = content.subarray(0, -9);
    await using server = await startRawServer([
      Buffer.concat([Buffer.from(`${head}Content-Length: ${short.length}\r\n\r\n`), short]),
    ]);
    await using client = open();
    await expect((await client.get(server.url)).text()).rejects.toMatchObject({ code: "ERR_DECODE" });
  });

  test("a connection that ends too early is what the error tells", async () => {
    await using server = await startRawServer([
      (socket) => {
        socket.end(
          Buffer.concat([Buffer.from(`${head}Content-Length: ${content.length}\r\n\r\n`), content.subarray(0, 300)]),
        );
      },
    ]);
    await using client = open();
    let size = 0;
    const error: unknown = await (async () => {
      for await (const bytes of (await client.get(server.url)).body) size += bytes.length;
    })().catch((reason: unknown) => reason);
    expect((error as HttpError).code).toBe("ERR_BODY_TRUNCATED");
    expect(size).toBeGreaterThan(0);
  });

  test("chunks of one byte, the last empty one on its own, and the connection used again", async () => {
    const body = Buffer.concat([...content].map((byte) => chunk(Uint8Array.of(byte))));
    const answer = Buffer.concat([Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`), body]);
    const reply = (socket: { write(bytes: Uint8Array, written?: () => void): unknown }): void => {
      socket.write(answer, () => socket.write(Buffer.from("0\r\n\r\n")));
    };
    await using server = await startRawServer([reply, reply]);
    await using client = open();
    for (let time = 0; time < 2; time++) {
      expect(await (await client.get(server.url)).text()).toBe("hello ".repeat(50_000));
    }
    expect(server.connections).toHaveLength(1);
  });

  test("a content that is discarded, or left, leaves no connection behind", async () => {
    const endless = (socket: { write(bytes: Uint8Array | string): unknown }): void => {
      socket.write(Buffer.concat([Buffer.from(`${head}\r\n`), content.subarray(0, 600)]));
    };
    await using server = await startRawServer([endless, endless]);
    await using client = open();
    await (await client.get(server.url)).discard();
    for await (const bytes of (await client.get(server.url)).body) {
      expect(bytes.length).toBeGreaterThan(0);
      break;
    }
    await Promise.all(server.connections.map(({ closed }) => closed));
  });

  test("a call that is aborted while its content is decoded", async () => {
    await using server = await startRawServer([
      (socket) => {
        socket.write(Buffer.concat([Buffer.from(`${head}\r\n`), content.subarray(0, 600)]));
      },
    ]);
    await using client = open();
    const controller = new AbortController();
    const reason = new Error("enough");
    const response = await client.get(server.url, { signal: controller.signal });
    await expect(
      (async () => {
        for await (const bytes of response.body) if (bytes.length) controller.abort(reason);
      })(),
    ).rejects.toBe(reason);
  });
});

const nginx = findProgram("nginx", "nginx-light");

/** nginx in the foreground, which encodes on the fly, in chunks, and tells the number of the connection. */
async function startNginx(files: Record<string, string>) {
  const folder = temporaryFolder();
  const port = await freePort();
  const path = (name: string): string => join(folder.path, name);
  mkdirSync(path("www"));
  for (const [name, content] of Object.entries(files)) writeFileSync(path(`www/${name}`), content);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const config = `
    daemon off;
    worker_processes 1;
    pid ${path("pid")};
    error_log stderr;
    ${process.getuid?.() === 0 ? "user root;" : ""}
    events {}
    http {
      access_log off;
      default_type application/json;
      ${temporary.map((name) => `${name}_temp_path ${path(name)};`).join("\n")}
      server {
        listen 127.0.0.1:${port};
        root ${path("www")};
        gzip on;
        gzip_min_length 1;
        gzip_types *;
        add_header X-Connection $connection;
      }
    }`;
  writeFileSync(path("nginx.conf"), config);
  const server = await startProgram(nginx!, ["-e", "stderr", "-p", folder.path, "-c", path("nginx.conf")], { port });
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await server.close();
      folder[Symbol.dispose]();
    },
  };
}

describe.skipIf(!nginx)("against nginx", () => {
  const small = JSON.stringify({ hello: "world" });
  const large = JSON.stringify(
    Array.from({ length: 60_000 }, (_, id) => ({ id, name: `name ${(id * 7919) % 10_007}` })),
  );

  test("small and large contents, on the one connection", async () => {
    await using server = await startNginx({ small, large });
    await using client = open();
    const connections = new Set<string | null>();
    for (const [name, content] of Object.entries({ small, large, again: large })) {
      const response = await client.get(`${server.url}/${name === "again" ? "large" : name}`);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "Content-Encoding": "gzip",
        "Transfer-Encoding": "chunked",
      });
      connections.add(response.headers.get("x-connection"));
      expect((await response.text()) === content).toBe(true);
    }
    expect(connections.size).toBe(1);
  });

  test("HEAD, 304, and a content that is not to be encoded", async () => {
    await using server = await startNginx({ large });
    await using client = open();
    const head = await client.head(`${server.url}/large`);
    expect(head.headers.get("content-encoding")).toBe("gzip");
    expect(await head.text()).toBe("");
    const fresh = await client.get(`${server.url}/large`, { headers: { "If-None-Match": head.headers.get("etag")! } });
    expect([fresh.status, await fresh.text()]).toEqual([304, ""]);
    const plain = await client.get(`${server.url}/large`, { decompress: false });
    expect(plain.headers.has("content-encoding")).toBe(false);
    expect((await plain.text()) === large).toBe(true);
  });
});
