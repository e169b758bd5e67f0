import { createClient } from "@posthaste/core";
import { startTestServer } from "@posthaste/test-server";
import { expect, test } from "vitest";
import { authDigest } from "../src/index.ts";
import { undiciAdapter } from "@posthaste/adapter-undici";

for (const algorithm of ["MD5", "SHA-256", "SHA-512-256", "SHA-512"].flatMap((name) => [name, `${name}-sess`])) {
  for (const qop of ["auth", "auth-int", ...(algorithm.endsWith("-sess") ? [] : ["rfc2069"]), "both"]) {
    test(`${algorithm} ${qop}`, async () => {
      await using server = await startTestServer();
      await using client = createClient({
        adapter: undiciAdapter(),
        plugins: [authDigest({ username: "Mufasa", password: "Circle of Life" })],
      });
      const url = `${server.url}/digest-auth/${qop}/Mufasa/Circle of Life/${algorithm}`;
      const response = await client.post(url, { body: "hello", query: { a: "1" } });
      expect(response.status).toBe(200);
      await response.json();
      expect(response.history.map((r) => r.status)).toEqual([401]);
      const second = await client.post(url, { body: "hello again" });
      expect(second.status).toBe(200);
      expect(second.history).toEqual([]);
      await second.bytes();
    });
  }
}
