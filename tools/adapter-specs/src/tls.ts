import { createServer } from "node:tls";
import { createAuthority, listen, startRawServer, startTestServer } from "@posthaste/test-server";
import type { Authority, IssueOptions, RawServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import { OK, clients, failure } from "./client.ts";
import type { MakeAdapter } from "./client.ts";

const authority: Authority = await createAuthority();
const { ca } = authority;

async function secureServer(options?: IssueOptions): Promise<RawServer> {
  return startRawServer((socket) => void socket.write(OK), { tls: await authority.issue(options) });
}

export function tlsSpecs(make: MakeAdapter): void {
  const client = clients(make);

  describe("TLS", () => {
    test.each([
      ["text", ca],
      ["bytes", new TextEncoder().encode(ca)],
      ["a list", [ca, Buffer.from(ca)]],
    ])("trusts the authorities it is given as %s", async (_, trusted) => {
      await using server = await secureServer();
      await using http = client();
      const response = await http.get(server.url, { connection: { tls: { ca: trusted } } });
      expect(await response.text()).toBe("ok");
      await using other = client({ connection: { tls: { ca: trusted } } });
      expect(await (await other.get(server.url)).text()).toBe("ok");
    });

    test.each<[string, IssueOptions, string]>([
      ["of an unknown authority", {}, ""],
      ["that signed itself", { selfSigned: true }, ca],
      ["that has expired", { expired: true }, ca],
      ["of another host", { names: ["other.test"] }, ca],
      ["that names the host as its common name alone", { commonName: "localhost", names: [] }, ca],
      ["that names the host so, and addresses", { commonName: "localhost", names: ["127.0.0.1"] }, ca],
    ])("does not accept a certificate %s", async (_, options, trusted) => {
      await using server = await secureServer(options);
      await using http = client(trusted ? { connection: { tls: { ca } } } : {});
      const error = await failure(http.get(server.url));
      expect(error).toMatchObject({ code: "ERR_TLS", phase: "connect" });
      expect(error.message).toMatch(/^GET https:\/\/localhost:\d+\/: [^\n]+ \(ERR_TLS\)$/);
      expect(server.requests).toHaveLength(0);
      const careless = await http.get(server.url, { connection: { tls: { rejectUnauthorized: false } } });
      expect(await careless.text()).toBe("ok");
      // The one that was not asked for is none the wiser.
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_TLS" });
    });

    test("asks for the server name it is given, and verifies that", async () => {
      const names: unknown[] = [];
      const named = createServer(await authority.issue({ names: ["other.test"] }), (socket) => {
        names.push(socket.servername);
        socket.end(OK);
      });
      await using server = await listen(named);
      const url = `https://127.0.0.1:${server.port}/`;
      await using http = client({ connection: { tls: { ca, servername: "other.test" } } });
      expect(await (await http.get(url)).text()).toBe("ok");
      const tls = { ca };
      expect(await failure(http.get(url, { connection: { tls } }))).toMatchObject({
        code: "ERR_TLS",
      });
      expect(names[0]).toBe("other.test");
    });

    test("an address is no server name, and is verified", async () => {
      await using server = await secureServer({ names: ["127.0.0.1"] });
      await using http = client({ connection: { tls: { ca } } });
      expect(await (await http.get(`https://127.0.0.1:${server.port}/`)).text()).toBe("ok");
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_TLS" });
    });

    test("a Host of the caller changes neither the server name nor the connection", async () => {
      await using server = await secureServer({ names: ["localhost"] });
      await using http = client({ connection: { tls: { ca } } });
      for (const host of ["a.test", "b.test", "a.test"])
        await (await http.get(server.url, { headers: { Host: host } })).text();
      expect(server.connections).toHaveLength(1);
    });

    test("shows a client's certificate", async () => {
      await using server = await startTestServer();
      const secure = await server.https({ clientCertificate: "require" });
      const certificate = await secure.authority.issue({ client: true, names: ["alice"] });
      await using http = client();
      const tls = { ca: secure.ca, ...certificate };
      await (await http.get(`${secure.url}/get`, { connection: { tls } })).bytes();
      expect(server.requests[0]!.clientName).toBe("alice");
      const error = await failure(http.get(`${secure.url}/get`, { connection: { tls: { ca: secure.ca } } }));
      // With TLS 1.3 the server says so after the handshake.
      expect(["ERR_TLS", "ERR_RESET"]).toContain(error.code);
    });

    test("opens an encrypted key with its passphrase", async () => {
      const { generateKeyPairSync } = await import("node:crypto");
      const { privateKey } = generateKeyPairSync("ec", {
        namedCurve: "P-256",
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" },
      });
      await using server = await secureServer();
      await using http = client();
      const open = (passphrase: string) =>
        http.get(server.url, { connection: { tls: { ca, key: privateKey, passphrase } } });
      expect(await (await open("secret")).text()).toBe("ok");
      expect(await failure(open("wrong"))).toMatchObject({ code: "ERR_TLS", phase: "connect" });
    });

    test.each([
      ["cert", "no PEM"],
      ["key", "no PEM"],
      ["ca", "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----"],
    ])("a %s that is none is ERR_TLS", async (name, value) => {
      await using server = await secureServer();
      await using http = client();
      const error = await failure(http.get(server.url, { connection: { tls: { [name]: value } } }));
      expect(error).toMatchObject({ code: "ERR_TLS", phase: "connect" });
    });

    test("with a server that does not speak it is ERR_TLS", async () => {
      await using server = await startRawServer(() => {}, {
        onConnection: (socket) => void socket.write("HTTP/1.1 400 Bad\r\n\r\n"),
      });
      await using http = client();
      expect(await failure(http.get(`https://127.0.0.1:${server.port}/`))).toMatchObject({
        code: "ERR_TLS",
        phase: "connect",
      });
    });

    test("with a server that closes is ERR_TLS, and that resets ERR_CONNECT", async () => {
      await using closing = await startRawServer(() => {}, { onConnection: (socket) => void socket.end() });
      await using resetting = await startRawServer(() => {}, {
        onConnection: (socket) => void socket.resetAndDestroy(),
      });
      await using http = client();
      expect(await failure(http.get(`https://127.0.0.1:${closing.port}/`))).toMatchObject({ code: "ERR_TLS" });
      expect(["ERR_CONNECT", "ERR_TLS"]).toContain(
        (await failure(http.get(`https://127.0.0.1:${resetting.port}/`))).code,
      );
    });

    test("resumes sessions", async () => {
      const reused: boolean[] = [];
      const resuming = createServer(await authority.issue(), (socket) => {
        reused.push(socket.isSessionReused());
        socket.on("data", () => socket.end(OK.replace("200 OK\r\n", "200 OK\r\nConnection: close\r\n")));
      });
      await using server = await listen(resuming);
      await using http = client({ connection: { tls: { ca } } });
      const url = `https://localhost:${server.port}/`;
      for (let time = 0; time < 2; time++) await (await http.get(url)).text();
      expect(reused).toEqual([false, true]);
    });
  });
}
