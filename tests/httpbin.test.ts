// The plugins together against Debian's python3-httpbin: a server that nobody here has written.
import { createHash, randomBytes } from "node:crypto";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { auth, basic, bearer } from "@posthaste/auth";
import { authDigest } from "@posthaste/auth-digest";
import requests from "@posthaste/compat-requests";
import { cookies } from "@posthaste/cookies";
import { toughJar } from "@posthaste/cookies/tough";
import { createClient } from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { multipart } from "@posthaste/multipart";
import { redirect } from "@posthaste/redirect";
import { findProgram, freePort, startProgram, type RunningProgram } from "@posthaste/test-server/program";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const gunicorn = findProgram("gunicorn", "gunicorn python3-httpbin");

describe.skipIf(!gunicorn)("httpbin", () => {
  let program: RunningProgram;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const args = ["--bind", `127.0.0.1:${port}`, "--threads", "4", "--worker-tmp-dir", "/dev/shm", "httpbin:app"];
    program = await startProgram(gunicorn!, args, { port, env: { PYTHONPATH: "/usr/lib/python3/dist-packages" } });
  }, 30_000);
  afterAll(() => program?.close());

  function newClient() {
    return createClient({
      adapter: undiciAdapter(),
      plugins: [redirect(), auth([]), authDigest(), cookies({ jar: toughJar() }), decompress()],
      defaults: { baseUrl: url },
    });
  }

  test.each(["/redirect/3", "/relative-redirect/3", "/absolute-redirect/3"])("follows %s", async (path) => {
    await using client = newClient();
    const response = await client.get(path);
    expect(response.history.map(({ status }) => status)).toEqual([302, 302, 302]);
    expect(await response.json()).toMatchObject({ url: `${url}/get` });
  });

  test("keeps the cookies that a redirect sets, and forgets those that it deletes", async () => {
    await using client = newClient();
    expect(await (await client.get("/cookies/set?a=1&b=2")).json()).toEqual({ cookies: { a: "1", b: "2" } });
    expect(await (await client.get("/cookies/delete?a")).json()).toEqual({ cookies: { b: "2" } });
  });

  test("authenticates: basic, bearer, digest of each algorithm", async () => {
    await using client = newClient();
    const one = await client.get("/basic-auth/ada/p%40ss", { auth: basic("ada", "p@ss") });
    expect(await one.json()).toEqual({ authenticated: true, user: "ada" });
    const two = await client.get("/bearer", { auth: bearer("t-1") });
    expect(await two.json()).toEqual({ authenticated: true, token: "t-1" });
    for (const path of ["auth", "auth/MD5", "auth/SHA-256", "auth/SHA-512", "auth-int/MD5", "auth-int/SHA-256"]) {
      const [qop, algorithm] = path.split("/");
      const at = `/digest-auth/${qop}/ada/secret${algorithm ? `/${algorithm}` : ""}`;
      const response = await client.get(at, { digest: { username: "ada", password: "secret" } });
      expect(await response.json(), path).toEqual({ authenticated: true, user: "ada" });
      const wrong = await client.get(at, { digest: { username: "ada", password: "wrong" } });
      expect(wrong.status, path).toBe(401);
      await wrong.discard();
    }
  });

  test.each(["gzip", "deflate", "brotli"])("decodes %s", async (coding) => {
    await using client = newClient();
    const response = await client.get(`/${coding}`);
    expect(await response.json()).toMatchObject({ method: "GET" });
  });

  test("uploads a form with a file, and streams", async () => {
    await using client = newClient();
    const content = randomBytes(200_000);
    const response = await client.post("/post", {
      body: multipart({ note: "é", file: new File([content], "a b.bin", { type: "application/octet-stream" }) }),
    });
    const { form, files } = await response.json<{ form: Record<string, string>; files: Record<string, string> }>();
    expect(form).toEqual({ note: "é" });
    const sent = Buffer.from(files["file"]!.split(",")[1]!, "base64");
    expect(createHash("sha1").update(sent).digest("hex")).toBe(createHash("sha1").update(content).digest("hex"));
    let lines = 0;
    for await (const chunk of (await client.get("/stream/20")).body)
      lines += Buffer.from(chunk).toString().split("\n").length - 1;
    expect(lines).toBe(20);
  });

  test("requests feels at home", async () => {
    const session = new requests.Session();
    session.auth = ["ada", "secret"];
    const r = await session.get(`${url}/basic-auth/ada/secret`);
    expect([r.status_code, r.json()]).toEqual([200, { authenticated: true, user: "ada" }]);
    const echo = await session.post(`${url}/post`, { data: { a: [1, 2] }, params: { q: "x y" } });
    expect(echo.json()).toMatchObject({ args: { q: "x y" }, form: { a: ["1", "2"] } });
    await session.close();
  });
});
