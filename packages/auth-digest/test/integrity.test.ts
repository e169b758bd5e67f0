import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, type Client, type HttpError } from "@posthaste/core";
import { rejection } from "@posthaste/test-server/promises";
import { describe, expect, test } from "vitest";
import { parseChallenges } from "@posthaste/auth-digest";
import { authDigest } from "@posthaste/auth-digest/integrity";
import type { DigestOption, DigestOptions } from "@posthaste/auth-digest";

const failure = rejection<HttpError>;
const mufasa: DigestOptions = { username: "Mufasa", password: "Circle of Life", qop: "auth-int" };

/** How the server answers what it has accepted. */
interface Script {
  algorithm?: string;
  qop?: string;
  charset?: string;
  /** What it says that it sends. @default what it sends */
  signed?: string;
  /** Which password it knows. */
  password?: string;
  /** The Authentication-Info; with `undefined` there is none. */
  info?: (rspauth: string) => string | undefined;
  send?: (response: ServerResponse, content: string) => void;
}

const content = "four little lions";

/** A server that asks for Digest, and shows by `rspauth` that it knows the password. */
async function startServer(script: Script): Promise<AsyncDisposable & { url: string }> {
  const { algorithm = "MD5", qop = "auth-int", charset, signed = content, password = "Circle of Life" } = script;
  const { info = (rspauth) => `rspauth="${rspauth}"`, send = (response, text) => response.end(text) } = script;
  const name = algorithm.replace(/-sess$/, "").replace("512-256", "512256");
  const hash = (text: string) =>
    createHash(name === "MD5" ? "md5" : name.replace("-", "").toLowerCase().replace("512256", "512-256"))
      .update(text)
      .digest("hex");
  const server = createServer((request, response) => {
    const given = parseChallenges(request.headers.authorization ?? null)[0]?.params;
    if (!given) {
      const parameters = [`realm="r"`, `nonce="n"`, `qop="${qop}"`, `algorithm=${algorithm}`];
      if (charset) parameters.push(`charset=${charset}`);
      response.writeHead(401, { "WWW-Authenticate": `Digest ${parameters.join(", ")}` }).end();
      return;
    }
    const { uri, nc, cnonce } = given;
    let a1 = hash(`Mufasa:r:${password}`);
    if (algorithm.endsWith("-sess")) a1 = hash(`${a1}:n:${cnonce}`);
    const a2 = given["qop"] === "auth-int" ? `:${uri}:${hash(request.method === "HEAD" ? "" : signed)}` : `:${uri}`;
    const line = info(hash(`${a1}:n:${nc}:${cnonce}:${given["qop"]}:${hash(a2)}`));
    if (line !== undefined) response.setHeader("Authentication-Info", line);
    send(response, content);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/a?b=c`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const clientOf = (credentials?: DigestOptions): Client<DigestOption> & AsyncDisposable =>
  createClient({ adapter: undiciAdapter(), plugins: [authDigest(credentials)] });

const algorithms = ["MD5", "SHA-256", "SHA-512-256", "SHA-512"].flatMap((name) => [name, `${name}-sess`]);

test.each(algorithms)("the server's own content is given, by %s", async (algorithm) => {
  await using server = await startServer({ algorithm });
  await using client = clientOf(mufasa);
  expect(await (await client.get(server.url)).text()).toBe(content);
  expect(await (await client.post(server.url, { body: "mine" })).text()).toBe(content);
  expect(await (await client.head(server.url)).text()).toBe("");
});

test.each(algorithms)("another content is an error at its end, by %s", async (algorithm) => {
  await using server = await startServer({ algorithm, signed: `${content}!` });
  await using client = clientOf(mufasa);
  const response = await client.get(server.url);
  let text = "";
  const reading = async () => {
    for await (const chunk of response.body) text += new TextDecoder().decode(chunk);
  };
  const error = await failure(reading());
  expect(error).toMatchObject({
    code: "ERR_AUTH",
    phase: "body",
    message: `GET ${server.url.replace(/\?.*/, "")}: wrong rspauth for the content (ERR_AUTH)`,
  });
  expect(error.response).toBe(response);
  expect(text).toBe(content);
  expect(await failure((await client.get(server.url)).text())).toMatchObject({ code: "ERR_AUTH" });
});

test("a server that does not know the password is not believed", async () => {
  await using server = await startServer({ password: "guess" });
  await using client = clientOf(mufasa);
  expect(await failure((await client.get(server.url)).bytes())).toMatchObject({ code: "ERR_AUTH", phase: "body" });
});

test("a content in many pieces is checked whole", async () => {
  const long = "0123456789".repeat(50_000);
  const send = (response: ServerResponse) => void (response.write(long), response.end(content));
  await using server = await startServer({ signed: long + content, send });
  await using client = clientOf(mufasa);
  expect((await (await client.get(server.url)).bytes()).length).toBe(long.length + content.length);
});

test.each([undefined, "UTF-8"])(
  "passwords beyond ASCII are taken as the challenge asked for, charset %s",
  async (charset) => {
    const password = "e\u0301";
    await using server = await startServer({ ...(charset && { charset }), password: charset ? "é" : password });
    await using client = clientOf({ ...mufasa, password });
    expect(await (await client.get(server.url)).text()).toBe(content);
  },
);

describe("what is not covered is given as it is", () => {
  test.each<[string, Script]>([
    ["no rspauth", { signed: "", info: () => undefined }],
    ["an Authentication-Info without one", { signed: "", info: () => 'nextnonce="n"' }],
    [
      "a Content-Encoding",
      {
        signed: "",
        send: (response) => void response.setHeader("Content-Encoding", "gzip").end(gzipSync(content)),
      },
    ],
    ["auth, which is about the head alone", { signed: "", qop: "auth" }],
  ])("%s", async (_, script) => {
    await using server = await startServer(script);
    await using client = clientOf(mufasa);
    expect((await (await client.get(server.url)).bytes()).length).toBeGreaterThan(0);
  });

  test("what is dropped, and what nobody signed in for", async () => {
    await using server = await startServer({ signed: "" });
    await using client = clientOf(mufasa);
    await (await client.get(server.url)).discard();
    for await (const chunk of (await client.get(server.url)).body) if (chunk.length > 0) break;
    expect((await client.get(server.url, { digest: false })).status).toBe(401);
    const own =
      'Digest username="Mufasa", realm="r", nonce="n", uri="/", qop=auth-int, nc=00000001, cnonce="c", response="x"';
    expect(await (await client.get(server.url, { headers: { Authorization: own } })).text()).toBe(content);
  });
});

test("auth is checked as ever, and credentials can be a call's", async () => {
  await using server = await startServer({ qop: "auth", password: "guess" });
  await using client = clientOf();
  expect(await failure(client.get(server.url, { digest: mufasa }))).toMatchObject({
    code: "ERR_AUTH",
    phase: "headers",
  });
  await using other = await startServer({ signed: "" });
  expect(await failure((await client.get(other.url, { digest: mufasa })).text())).toMatchObject({ phase: "body" });
});
