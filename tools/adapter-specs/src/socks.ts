import { createServer } from "node:net";
import type { Socket } from "node:net";
import { createAuthority, listen, startSocks5, startTestServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import { clients, failure, until } from "./client.ts";
import type { MakeAdapter } from "./client.ts";

export function socksSpecs(make: MakeAdapter): void {
  const client = clients(make);

  describe("a SOCKS proxy", () => {
    const auth = { user: "al:ice", password: "p@ss wörd" };

    test.each([
      ["socks5", "localhost", { type: "ipv4", host: "127.0.0.1" }],
      ["socks5h", "localhost", { type: "domain", host: "localhost" }],
      ["socks5h", "origin.test", { type: "domain", host: "origin.test" }],
      ["socks5", "127.0.0.1", { type: "ipv4", host: "127.0.0.1" }],
      ["socks5h", "127.0.0.1", { type: "ipv4", host: "127.0.0.1" }],
    ])("by %s is asked for %s as %j", async (scheme, host, asked) => {
      await using server = await startTestServer();
      await using proxy = await startSocks5();
      await using http = client({ connection: { proxy: { url: proxy.url.replace("socks5", scheme) } } });
      for (let time = 0; time < 2; time++) {
        const response = await http.get(`http://${host}:${server.port}/get`);
        expect((await response.json<{ headers: Record<string, string> }>()).headers["Host"]).toBe(
          `${host}:${server.port}`,
        );
      }
      // A resolver may put IPv6 first.
      if (host !== "localhost" || scheme === "socks5h")
        expect(proxy.requests).toMatchObject([{ ...asked, port: server.port }]);
      expect(proxy.requests).toHaveLength(1);
    });

    test("is asked for an IPv6 address", async () => {
      await using proxy = await startSocks5({ fail: 8 });
      await using http = client({ connection: { proxy: { url: proxy.url } } });
      await failure(http.get("http://[2001:db8::1]:81/"));
      expect(proxy.requests).toMatchObject([{ type: "ipv6", host: "2001:db8::1", port: 81 }]);
    });

    test("carries TLS", async () => {
      await using server = await startTestServer();
      const secure = await server.https();
      await using proxy = await startSocks5();
      await using http = client({
        connection: { proxy: { url: proxy.url.replace("socks5", "socks5h") }, tls: { ca: secure.ca } },
      });
      expect((await http.get(`${secure.url}/get`)).status).toBe(200);
      const other = await createAuthority();
      const connection = { tls: { ca: other.ca } };
      expect(await failure(http.get(`${secure.url}/get`, { connection }))).toMatchObject({ code: "ERR_TLS" });
    });

    test("is told user and password where it wants them", async () => {
      await using server = await startTestServer();
      await using proxy = await startSocks5({ auth });
      const user = encodeURIComponent(auth.user);
      const password = encodeURIComponent(auth.password);
      await using http = client();
      const via = (userInfo: string) => ({ connection: { proxy: { url: proxy.url.replace("//", `//${userInfo}`) } } });
      await (await http.get(`${server.url}/get`, via(`${user}:${password}@`))).bytes();
      expect(proxy.requests).toMatchObject([{ user: auth.user }]);
      for (const userInfo of [`${user}:wrong@`, ""]) {
        const error = await failure(http.get(`${server.url}/get`, via(userInfo)));
        expect(error).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
        expect(error.message).not.toContain("wrong");
      }
      await using open = await startSocks5();
      const needless = { connection: { proxy: { url: open.url.replace("//", `//${user}:${password}@`) } } };
      expect((await http.get(`${server.url}/get`, needless)).status).toBe(200);
    });

    test.each([
      [1, "general failure"],
      [4, "host unreachable"],
      [8, "address type not supported"],
      [77, "code 77"],
    ])("that answers %i is ERR_PROXY: %s", async (fail, message) => {
      await using proxy = await startSocks5({ fail });
      await using http = client({ connection: { proxy: { url: proxy.url } } });
      const error = await failure(http.get("http://127.0.0.1:1/"));
      expect(error).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
      expect(error.message).toContain(message);
      await proxy.idle();
    });

    test("that is not there is ERR_PROXY, and a name that does not exist ERR_CONNECT", async () => {
      await using http = client();
      const gone = { connection: { proxy: { url: "socks5://127.0.0.1:1" } } };
      expect(await failure(http.get("http://127.0.0.1/", gone))).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
      await using proxy = await startSocks5();
      const there = { connection: { proxy: { url: proxy.url } } };
      expect(await failure(http.get("http://no-such-host.invalid/", there))).toMatchObject({ code: "ERR_CONNECT" });
    });

    test.each([
      ["a name", `http://${"a".repeat(256)}.test/`, ""],
      ["a user", "http://127.0.0.1/", `${"u".repeat(256)}:p@`],
    ])("is not told %s of more than 255 bytes", async (_, url, userInfo) => {
      await using proxy = await startSocks5({ auth });
      const proxyUrl = `socks5h://${userInfo || "u:p@"}127.0.0.1:${proxy.port}`;
      await using http = client({ connection: { proxy: { url: proxyUrl } } });
      expect(await failure(http.get(url))).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
    });

    const answers: [string, (socket: Socket) => void][] = [
      ["speaks another protocol", (socket) => socket.write("HTTP/1.1 400 Bad\r\n\r\n")],
      ["closes at once", (socket) => socket.end()],
      ["closes in the middle", (socket) => socket.end(Buffer.from([5]))],
      ["wants GSSAPI", (socket) => socket.write(Buffer.from([5, 1]))],
    ];
    test.each(answers)("that %s is ERR_PROXY", async (_, answer) => {
      await using server = await listen(createServer(answer));
      await using http = client({
        connection: { proxy: { url: `socks5://127.0.0.1:${server.port}` } },
      });
      expect(await failure(http.get("http://127.0.0.1:1/"))).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
    });

    // A reply to each of the client's messages, and then an HTTP response for one that takes it for a connection.
    const address = [127, 0, 0, 1, 0, 80];
    test.each([
      [
        "choice of a method",
        [
          [4, 0],
          [5, 0, 0, 1, ...address],
        ],
      ],
      [
        "reply",
        [
          [5, 0],
          [4, 0, 0, 1, ...address],
        ],
      ],
      [
        "reply, and refuses",
        [
          [5, 0],
          [0, 2, 0, 1, ...address],
        ],
      ],
      [
        "type of address",
        [
          [5, 0],
          [5, 0, 0, 0, ...address],
        ],
      ],
      [
        "other type of address",
        [
          [5, 0],
          [5, 0, 0, 2, ...address],
        ],
      ],
      [
        "log-in",
        [
          [5, 2],
          [5, 0],
          [5, 0, 0, 1, ...address],
        ],
      ],
    ])("that has a wrong number in its %s is ERR_PROXY", async (_, replies) => {
      const left = replies.map((bytes) => Buffer.from(bytes));
      const script = createServer((socket) => {
        socket.on("data", () => socket.write(left.shift() ?? "HTTP/1.1 204 No Content\r\n\r\n"));
      });
      await using server = await listen(script);
      await using http = client({ connection: { proxy: { url: `socks5://u:p@127.0.0.1:${server.port}` } } });
      const error = await failure(http.get("http://127.0.0.1:1/"));
      expect(error).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
      expect(error.message).toContain("is not SOCKS 5");
      await server.idle();
    });

    test.each([
      ["a domain", [3, 4, 116, 101, 115, 116]],
      ["an IPv6 address", [4, ...Array.from({ length: 16 }, () => 1)]],
    ])("may answer with %s, and byte by byte", async (_, bound) => {
      const pieces = createServer(async (socket) => {
        const answer = [5, 0, 5, 0, 0, ...bound, 0, 80];
        const received: Buffer[] = [];
        socket.on("data", (bytes) => received.push(bytes));
        for (const byte of answer.slice(0, 2))
          await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve));
        await until(() => Buffer.concat(received).length > 3);
        for (const byte of answer.slice(2)) await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve));
        await until(() => Buffer.concat(received).includes("\r\n\r\n"));
        socket.write("HTTP/1.1 204 No Content\r\n\r\n");
      });
      await using server = await listen(pieces);
      await using http = client();
      const response = await http.get("http://127.0.0.1:1/", {
        connection: { proxy: { url: `socks5://127.0.0.1:${server.port}` } },
      });
      expect(response.status).toBe(204);
    });
  });
}
