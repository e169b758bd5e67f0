import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import https from "node:https";
import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import type { HttpsListener } from "../src/index.ts";
import { createAuthority, startTestServer } from "../src/index.ts";

async function get(url: string, options: https.RequestOptions): Promise<Record<string, unknown>> {
  const [response] = (await once(https.get(url, { agent: false, ...options }), "response")) as [IncomingMessage];
  return (await json(response)) as Record<string, unknown>;
}

const call = ({ url, ca }: HttpsListener, options: https.RequestOptions = {}): Promise<object> =>
  get(`${url}/ip`, { ca, ...options });

describe("server.https()", () => {
  test("serves the same routes to who trusts its authority", async () => {
    await using server = await startTestServer();
    const { url, port, ca } = await server.https();
    expect(url).toBe(`https://localhost:${port}`);
    expect(await get(`${url}/get`, { ca })).toMatchObject({ url: `${url}/get` });
    expect(await get(`https://127.0.0.1:${port}/ip`, { ca })).toEqual({ origin: "127.0.0.1" });
    await expect(get(`${url}/get`, {})).rejects.toThrow("unable to verify the first certificate");
    expect(server.requests.map(({ secure, connection }) => [secure, connection])).toEqual([
      [true, 1],
      [true, 2],
    ]);
    const [response] = (await once(https.get(`${url}/cookies/set/a/1`, { ca, agent: false }), "response")) as [
      IncomingMessage,
    ];
    expect(response.resume().headers["set-cookie"]).toEqual(["a=1; Secure; Path=/"]);
  });

  test("listeners share the authority and close with the server", async () => {
    const server = await startTestServer();
    const [one, two] = await Promise.all([server.https(), server.https()]);
    expect([one.ca === two.ca, one.port === two.port]).toEqual([true, false]);
    await get(`${one.url}/get`, { ca: two.ca });
    await server.close();
    await expect(get(`${one.url}/get`, { ca: one.ca })).rejects.toThrow("ECONNREFUSED");
  });

  test.each([
    [{ names: ["other.test"] }, "does not match certificate's altnames"],
    [{ expired: true }, "certificate has expired"],
    [{ selfSigned: true }, "self-signed certificate"],
  ] as const)("a certificate issued with %j", async (options, message) => {
    await using server = await startTestServer();
    const { authority } = await server.https();
    const { url, ca } = await server.https({ certificate: await authority.issue(options) });
    await expect(get(`${url}/get`, { ca })).rejects.toThrow(message);
  });

  test("client certificates, wanted and required", async () => {
    await using server = await startTestServer();
    const wanted = await server.https({ clientCertificate: "request" });
    const required = await server.https({ clientCertificate: "require" });
    const certificate = await wanted.authority.issue({ names: ["alice"], client: true });
    await call(wanted);
    await call(wanted, certificate);
    await call(required, certificate);
    expect(server.requests.map(({ clientName }) => clientName)).toEqual([undefined, "alice", "alice"]);
    await expect(call(required)).rejects.toThrow(/certificate required|ECONNRESET|EPIPE|socket hang up/);
    const stranger = await (await createAuthority()).issue({ client: true });
    await expect(call(required, stranger)).rejects.toThrow(/unknown ca|ECONNRESET|EPIPE|socket hang up/);
    expect(server.requests).toHaveLength(3);
  });
});

describe("createAuthority()", () => {
  test("makes a certificate with what a strict verifier wants", async () => {
    const authority = await createAuthority();
    const { cert } = await authority.issue();
    const [ca, leaf] = [new X509Certificate(authority.ca), new X509Certificate(cert)];
    expect([ca.ca, leaf.ca, leaf.checkIssued(ca), leaf.verify(ca.publicKey)]).toEqual([true, false, true, true]);
    expect(leaf.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
    expect([leaf.checkHost("localhost"), leaf.checkIP("::1"), leaf.keyUsage]).toEqual([
      "localhost",
      "::1",
      ["1.3.6.1.5.5.7.3.1"],
    ]);
  });

  test("makes another one each time", async () => {
    const [one, two] = await Promise.all([createAuthority(), createAuthority()]);
    const { cert } = await one.issue();
    expect(new X509Certificate(cert).verify(new X509Certificate(two.ca).publicKey)).toBe(false);
  });
});
