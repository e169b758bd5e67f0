import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Condition, Order, Ordered, Recorded } from "../src/index.ts";
import { startScriptServer, type ScriptServer } from "../src/server/index.ts";

async function ask<T>(server: ScriptServer, path: string, value: unknown = {}): Promise<T> {
  const response = await fetch(`${server.url}/${path}`, { method: "POST", body: JSON.stringify(value) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

const order = (server: ScriptServer, what: Order): Promise<Ordered> => ask(server, "order", what);

async function until(server: ScriptServer, { id }: Ordered, condition: Condition): Promise<Recorded> {
  const { met, recorded } = await ask<{ met: boolean; recorded: Recorded }>(server, `until/${id}`, {
    condition,
    budget: 10_000,
  });
  expect(met).toBe(true);
  return recorded;
}

/** Connects, sends, and gives what came until the other side ended. */
async function talk(url: string, ...sent: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = net.connect(Number(new URL(url).port), "127.0.0.1");
  for (const bytes of sent) socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString("latin1")));
  await once(socket, "close");
  return text;
}

describe("a scripted server", () => {
  test("plays its steps and records what came", async () => {
    await using server = await startScriptServer();
    const ordered = await order(server, {
      connections: [
        [{ do: "head" }, { do: "send", bytes: "\xff1" }, { do: "body" }, { do: "send", bytes: "2" }, { do: "end" }],
      ],
    });
    const sent = "POST /a HTTP/1.1\r\nX-Name:  caf\xe9 \r\ncontent-length: 5\r\n\r\n\x00\xffabc";
    expect(await talk(ordered.url, sent)).toBe("\xff12");
    const { connections, open } = await until(server, ordered, { open: 0 });
    expect(open).toBe(0);
    expect(connections).toEqual([
      {
        requests: [
          {
            nth: 0,
            method: "POST",
            target: "/a",
            headers: [
              ["X-Name", "caf\xe9"],
              ["content-length", "5"],
            ],
            body: "\x00\xffabc",
            bodyLength: 5,
            complete: true,
          },
        ],
        received: sent,
        receivedLength: sent.length,
        flooded: 0,
        stalled: false,
        open: false,
      },
    ]);
  });

  test("takes chunks apart, and the last entry serves all further requests", async () => {
    await using server = await startScriptServer();
    const ordered = await order(server, {
      requests: [[{ do: "send", bytes: "1" }], [{ do: "body" }, { do: "send", bytes: "2" }]],
    });
    const chunked =
      "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n";
    const socket = net.connect(Number(new URL(ordered.url).port), "127.0.0.1");
    socket.write(`GET /a HTTP/1.1\r\n\r\n${chunked}GET /c HTTP/1.1\r\n\r\n`);
    const { connections } = await until(server, ordered, { complete: 3 });
    expect(connections[0]!.requests.map(({ target, body }) => [target, body])).toEqual([
      ["/a", ""],
      ["/b", "abc0123456789"],
      ["/c", ""],
    ]);
    const answers: string[] = [];
    for await (const bytes of socket) if (answers.push(...String(bytes).split("")) === 3) break;
    expect(answers).toEqual(["1", "2", "2"]);
    await until(server, ordered, { open: 0 });
  });

  test("takes any content apart, in whatever pieces it comes", async () => {
    await using server = await startScriptServer();
    const piece = fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
    const request = fc.record({ chunks: fc.array(piece), chunked: fc.boolean() });
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 3 }), sizes, async (requests, sizes) => {
        const ordered = await order(server, { requests: [[{ do: "body" }]] });
        const contents = requests.map(({ chunks }) => chunks.join(""));
        const text = requests
          .map(({ chunks, chunked }, index) => {
            const framed = chunks.filter(Boolean).map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
            return chunked
              ? `PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${framed.join("")}0\r\n\r\n`
              : `PUT / HTTP/1.1\r\nContent-Length: ${contents[index]!.length}\r\n\r\n${contents[index]}`;
          })
          .join("");
        const socket = net.connect({ port: Number(new URL(ordered.url).port), host: "127.0.0.1", noDelay: true });
        for (let at = 0, nth = 0; at < text.length; at += sizes[nth++ % sizes.length]!) {
          socket.write(text.slice(at, at + sizes[nth % sizes.length]!), "latin1");
        }
        const { connections } = await until(server, ordered, { complete: requests.length });
        expect(connections[0]!.requests.map(({ body }) => body)).toEqual(contents);
        socket.destroy();
        await ask(server, `end/${ordered.id}`);
      }),
      { numRuns: 30 },
    );
  });

  test("answers preflights by itself, on any connection, and does not record them", async () => {
    await using server = await startScriptServer();
    const ordered = await order(server, {
      connections: [[{ do: "head" }, { do: "send", bytes: "yes" }, { do: "end" }]],
    });
    const preflight =
      "OPTIONS / HTTP/1.1\r\nAccess-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: x-a\r\n\r\n";
    const text = await talk(ordered.url, `${preflight}${preflight}OPTIONS /real HTTP/1.1\r\n\r\n`);
    expect(text.split("\r\n\r\n").at(-1)).toBe("yes");
    expect(text.match(/Access-Control-Allow-Headers: x-a/g)).toHaveLength(2);
    const { connections } = await until(server, ordered, { open: 0 });
    expect(connections.flatMap(({ requests }) => requests.map(({ target }) => target))).toEqual(["/real"]);
  });

  test("waits until it is told, also when it was told before", async () => {
    await using server = await startScriptServer();
    const ordered = await order(server, {
      connections: [
        [{ do: "wait", name: "a" }, { do: "wait", name: "b" }, { do: "send", bytes: "told" }, { do: "end" }],
      ],
    });
    await ask(server, `tell/${ordered.id}`, { name: "b" });
    const talking = talk(ordered.url);
    await until(server, ordered, { connections: 1 });
    await ask(server, `tell/${ordered.id}`, { name: "a" });
    expect(await talking).toBe("told");
  });

  test("says when a flood gets no further, and when it does again", async () => {
    await using server = await startScriptServer();
    const bytes = 32 * 1024 * 1024;
    const ordered = await order(server, { connections: [[{ do: "flood", bytes }, { do: "end" }]] });
    const socket = net.connect(Number(new URL(ordered.url).port), "127.0.0.1").pause();
    const { connections } = await until(server, ordered, { stalled: true });
    expect(connections[0]!.flooded).toBeLessThan(bytes);
    let length = 0;
    let right = true;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      right &&= chunk[0] === (length & 255);
      length += chunk.length;
    }
    expect([length, right]).toEqual([bytes, true]);
    await until(server, ordered, { stalled: false, open: 0 });
  });

  test("stops reading", async () => {
    await using server = await startScriptServer();
    const ordered = await order(server, {
      connections: [
        [{ do: "head" }, { do: "pause" }, { do: "wait", name: "go" }, { do: "resume" }, { do: "body" }, { do: "end" }],
      ],
    });
    const length = 8 * 1024 * 1024;
    const talking = talk(ordered.url, `POST / HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n`, new Uint8Array(length));
    const before = await until(server, ordered, { requests: 1 });
    expect(before.connections[0]!.receivedLength).toBeLessThan(length);
    await ask(server, `tell/${ordered.id}`, { name: "go" });
    await talking;
    const after = await until(server, ordered, { complete: 1 });
    expect(after.connections[0]!.requests[0]).toMatchObject({ bodyLength: length, complete: true });
  });

  test("resets", async () => {
    await using server = await startScriptServer();
    const ordered = await order(server, { connections: [[{ do: "reset" }]] });
    const socket = net.connect(Number(new URL(ordered.url).port), "127.0.0.1");
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNRESET");
  });

  test("ends a connection that breaks the framing", async () => {
    await using server = await startScriptServer();
    const ordered = await order(server, { requests: [[{ do: "body" }]] });
    await talk(ordered.url, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n");
    await until(server, ordered, { open: 0 });
  });

  test("speaks SOCKS 5, and no further with the wrong password", async () => {
    await using server = await startScriptServer();
    const ordered = await order(server, {
      connections: [
        [{ do: "socks", user: "me", password: "yes" }, { do: "head" }, { do: "send", bytes: "in" }, { do: "end" }],
      ],
    });
    const greeting = "\x05\x02\x00\x02";
    const target = "\x05\x01\x00\x03\x0aname.test.\x00\x50";
    expect(await talk(ordered.url, `${greeting}\x01\x02me\x03yes${target}GET / HTTP/1.1\r\n\r\n`)).toBe(
      "\x05\x02\x01\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00in",
    );
    const { connections } = await until(server, ordered, { open: 0 });
    expect(connections[0]!.socks).toEqual({ type: "name", host: "name.test.", port: 80 });
    expect(await talk(ordered.url, `${greeting}\x01\x02me\x02no${target}`)).toBe("\x05\x02\x01\x01");
  });

  test("is nowhere where it was ordered so, and on a Unix socket", async () => {
    await using server = await startScriptServer();
    const nowhere = await order(server, { listen: "nowhere", connections: [] });
    const [error] = (await once(net.connect(Number(new URL(nowhere.url).port), "127.0.0.1"), "error")) as [
      NodeJS.ErrnoException,
    ];
    expect(error.code).toBe("ECONNREFUSED");
    const local = await order(server, {
      listen: "unix",
      connections: [[{ do: "send", bytes: "local" }, { do: "end" }]],
    });
    const socket = net.connect(local.socketPath!);
    expect(String((await once(socket, "data"))[0])).toBe("local");
  });

  test("ends when it is told, and all do when the script server does", async () => {
    const server = await startScriptServer();
    const [one, two] = [await order(server, { connections: [[]] }), await order(server, { connections: [[]] })];
    const talks = [talk(one.url), talk(two.url)];
    await until(server, two, { connections: 1 });
    await ask(server, `end/${one.id}`);
    expect(await talks[0]).toBe("");
    await expect(ask(server, `record/${one.id}`)).rejects.toThrow("no such server");
    await server.close();
    await server.close();
    expect(await talks[1]).toBe("");
  });

  test("refuses what it does not know", async () => {
    await using server = await startScriptServer();
    const { id } = await order(server, { connections: [[]] });
    await expect(ask(server, `dance/${id}`)).rejects.toThrow("no such action");
    expect((await ask<{ met: boolean }>(server, `until/${id}`, { condition: { open: 7 }, budget: 1 })).met).toBe(false);
  });
});

describe("the certificates", () => {
  async function peer(
    server: ScriptServer,
    certificate: "good" | "wrongHost" | "expired" | "selfSigned",
  ): Promise<string> {
    const ordered = await order(server, { connections: [[{ do: "secure", certificate }]] });
    const { port } = new URL(ordered.url);
    const socket = tls.connect({ host: "127.0.0.1", port: Number(port), ca: ordered.ca, servername: "localhost" });
    const outcome = await once(socket, "secureConnect").then(
      () => "accepted",
      (error: NodeJS.ErrnoException) => error.code!,
    );
    socket.destroy();
    return outcome;
  }

  test("are good, or bad in one way each", async () => {
    await using server = await startScriptServer();
    expect(await peer(server, "good")).toBe("accepted");
    expect(await peer(server, "wrongHost")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await peer(server, "expired")).toBe("CERT_HAS_EXPIRED");
    expect(await peer(server, "selfSigned")).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  test("of clients are asked for, and told by name", async () => {
    await using server = await startScriptServer();
    const ordered = await order(server, {
      connections: [
        [
          { do: "secure", certificate: "good", client: true },
          { do: "send", bytes: "you" },
        ],
      ],
    });
    const port = Number(new URL(ordered.url).port);
    const options = { host: "127.0.0.1", port, ca: ordered.ca, servername: "named.test" };
    const socket = tls.connect({ ...options, ...ordered.client });
    expect(String((await once(socket, "data"))[0])).toBe("you");
    const { connections } = await ask<Recorded>(server, `record/${ordered.id}`);
    expect([connections[0]!.clientName, connections[0]!.servername]).toEqual(["client", "named.test"]);
    socket.destroy();
    const bare = tls.connect(options);
    expect(((await once(bare, "error"))[0] as NodeJS.ErrnoException).code).toMatch(/CERTIFICATE_REQUIRED|ECONNRESET/);
  });

  test("are X.509, with names and addresses", async () => {
    await using server = await startScriptServer();
    const ordered = await order(server, { connections: [[{ do: "secure", certificate: "good" }]] });
    const authority = new X509Certificate(ordered.ca);
    const client = new X509Certificate(ordered.client.cert);
    expect([authority.ca, client.ca, client.checkIssued(authority), client.verify(authority.publicKey)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    const socket = tls.connect({
      port: Number(new URL(ordered.url).port),
      host: "127.0.0.1",
      ca: ordered.ca,
      servername: "localhost",
    });
    await once(socket, "secureConnect");
    expect(socket.getPeerX509Certificate()!.subjectAltName).toBe(
      "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:named.test",
    );
    socket.destroy();
  });
});
