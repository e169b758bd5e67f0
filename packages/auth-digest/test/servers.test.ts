import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient } from "@posthaste/core";
import { startTestServer } from "@posthaste/test-server";
import { findProgram, freePort, startProgram, temporaryFolder } from "@posthaste/test-server/program";
import { describe, expect, test } from "vitest";
import { authDigest } from "@posthaste/auth-digest";

const user = { username: 'us"er', password: "p:äss" };
// Without quotes, which Apache compares in their escaped form: with them, nobody's answer is accepted, curl's neither.
const realm = "a realm, with=signs";

const run = promisify(execFile);

/** The status that curl ends up with. */
async function curlStatus(curl: string, url: string, { username, password }: typeof user): Promise<number> {
  const args = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--digest", "-u", `${username}:${password}`, url];
  return Number((await run(curl, args)).stdout);
}

const apache = findProgram("apache2");
const curl = findProgram("curl");

/** Apache in the foreground with mod_auth_digest; each path under `lifetimes` is protected by a nonce that lives as long. */
async function startApache(lifetimes: Record<string, number>) {
  const folder = temporaryFolder();
  const port = await freePort();
  const file = (name: string): string => join(folder.path, name);
  mkdirSync(file("htdocs"));
  for (const path of Object.keys(lifetimes)) {
    mkdirSync(dirname(file(`htdocs/${path}`)), { recursive: true });
    writeFileSync(file(`htdocs/${path}`), "welcome\n");
  }
  const secret = createHash("md5").update(`${user.username}:${realm}:${user.password}`).digest("hex");
  writeFileSync(file("users"), `${user.username}:${realm}:${secret}\n`);
  const modules = ["mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_digest"];
  const config = [
    `ServerRoot "${folder.path}"`,
    "ServerName localhost",
    `Listen 127.0.0.1:${port}`,
    `PidFile "${file("pid")}"`,
    `DefaultRuntimeDir "${folder.path}"`,
    `ErrorLog "${file("error.log")}"`,
    ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    `DocumentRoot "${file("htdocs")}"`,
    // Started by root, its children go on as a user of their own.
    ...(process.getuid?.() === 0 ? ["User www-data", "Group www-data"] : []),
    ...Object.entries(lifetimes).flatMap(([path, lifetime]) => [
      `<Location "/${path}">`,
      "AuthType Digest",
      `AuthName "${realm}"`,
      `AuthUserFile "${file("users")}"`,
      `AuthDigestNonceLifetime ${lifetime}`,
      "Require valid-user",
      "</Location>",
    ]),
  ];
  writeFileSync(file("apache.conf"), `${config.join("\n")}\n`);
  chmodSync(folder.path, 0o755);
  const program = await startProgram(apache!, ["-f", file("apache.conf"), "-D", "FOREGROUND"], { port });
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await program.close();
      folder[Symbol.dispose]();
    },
  };
}

describe.skipIf(!apache)("Apache's mod_auth_digest", () => {
  test("takes an answer, and answers in advance, and proves that it knows the password", async () => {
    await using server = await startApache({ "a/b": 300 });
    await using client = createClient({ adapter: undiciAdapter(), plugins: [authDigest(user)] });
    const lengths: number[] = [];
    for (const query of [{}, { a: "1" }, { a: 'ü"' }]) {
      const response = await client.get(`${server.url}/a/b`, { query });
      expect([response.status, await response.text()]).toEqual([200, "welcome\n"]);
      expect(response.headers.get("authentication-info")).toMatch(/rspauth="[0-9a-f]{32}"/);
      lengths.push(response.history.length);
    }
    expect(lengths).toEqual([1, 0, 0]);
    if (curl) expect(await curlStatus(curl, `${server.url}/a/b?a=1`, user)).toBe(200);
  });

  test("takes many at a time", async () => {
    await using server = await startApache({ a: 300 });
    await using client = createClient({ adapter: undiciAdapter(), plugins: [authDigest(user)] });
    for (let round = 0; round < 2; round++) {
      const responses = await Promise.all(Array.from({ length: 20 }, () => client.get(`${server.url}/a`)));
      expect(await Promise.all(responses.map((response) => response.text()))).toEqual(responses.map(() => "welcome\n"));
    }
  });

  test("with nonces for one use each, gives the next one along", async () => {
    await using server = await startApache({ a: 0 });
    await using client = createClient({ adapter: undiciAdapter(), plugins: [authDigest(user)] });
    const lengths: number[] = [];
    for (let i = 0; i < 3; i++) {
      const response = await client.get(`${server.url}/a`);
      expect(response.status).toBe(200);
      lengths.push(response.history.length);
      await response.discard();
    }
    expect(lengths).toEqual([1, 0, 0]);
  });

  test("refuses a wrong password, and so do we believe it", async () => {
    await using server = await startApache({ a: 300 });
    await using client = createClient({
      adapter: undiciAdapter(),
      plugins: [authDigest({ ...user, password: "wrong" })],
    });
    const response = await client.get(`${server.url}/a`);
    expect([response.status, response.history.length]).toEqual([401, 1]);
    await response.discard();
  });
});

describe.skipIf(!curl)("curl is of our opinion", () => {
  const algorithms = ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"];

  test.each(algorithms.flatMap((algorithm) => ["auth", "auth-int", "both", "rfc2069"].map((qop) => [algorithm, qop])))(
    "%s, %s",
    async (algorithm, qop) => {
      await using server = await startTestServer();
      await using client = createClient({ adapter: undiciAdapter(), plugins: [authDigest(user)] });
      const path = [qop, user.username, user.password, algorithm].map((part) => encodeURIComponent(part)).join("/");
      const url = `${server.url}/digest-auth/${path}?a=1&b=%22`;
      const response = await client.get(url);
      await response.discard();
      expect(response.status).toBe(await curlStatus(curl!, url, user));
      // RFC 2617 §3.2.2 has no cnonce without a qop, and no session without a cnonce.
      expect(response.status).toBe(qop === "rfc2069" && algorithm.endsWith("-sess") ? 401 : 200);
    },
  );

  test("about a wrong password, too", async () => {
    await using server = await startTestServer();
    expect(await curlStatus(curl!, `${server.url}/digest-auth/auth/user/passwd`, user)).toBe(401);
  });
});
