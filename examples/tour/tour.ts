import { isDeepStrictEqual } from "node:util";
import { createClient } from "@posthaste/core";
import { undiciAdapter } from "@posthaste/adapter-undici";
import requests from "@posthaste/compat-requests";
import { cookies } from "@posthaste/cookies";
import { toughJar } from "@posthaste/cookies/tough";
import { decompress } from "@posthaste/decompress";
import { redirect } from "@posthaste/redirect";
import { startTestServer } from "@posthaste/test-server";
import { walk } from "./step.ts";

/** What the echoing routes of the server answer. */
interface Echo {
  args: Record<string, string>;
  form: Record<string, string>;
  files: Record<string, string>;
  json: unknown;
}

/** Walks through every step against an embedded server; tells whether each gave what it should. */
export async function tour(): Promise<boolean> {
  const server = await startTestServer();
  const { url } = server;
  const session = new requests.Session();
  const results: boolean[] = [];
  try {
    console.log(
      `An embedded server listens on ${url}.\n\nFirst, requests: the API that you know from Python, with await.`,
    );

    results.push(
      await walk({
        title: "GET with parameters",
        run: async () => {
          const r = await requests.get(`${url}/get`, { params: { q: "hello world", page: [1, 2] } });
          return r;
        },
        show: (r) => [`${r.status_code} ${r.reason} ${r.url}`, JSON.stringify(r.json<Echo>().args)],
        expect: (r) => r.status_code === 200 && r.json<Echo>().args["q"] === "hello world",
      }),

      await walk({
        title: "POST a JSON value",
        run: async () => {
          const r = await requests.post(`${url}/post`, { json: { name: "Ada", langs: ["ts", "py"] } });
          return r;
        },
        show: (r) => [`${r.status_code} ${r.request.headers.get("Content-Type")}`, JSON.stringify(r.json<Echo>().json)],
        expect: (r) => isDeepStrictEqual(r.json<Echo>().json, { name: "Ada", langs: ["ts", "py"] }),
      }),

      await walk({
        title: "POST a form",
        run: async () => {
          const r = await requests.post(`${url}/post`, { data: { user: "ada", note: "a & b" } });
          return r;
        },
        show: (r) => [`${r.status_code} ${r.request.headers.get("Content-Type")}`, JSON.stringify(r.json<Echo>().form)],
        expect: (r) => r.json<Echo>().form["note"] === "a & b",
      }),

      await walk({
        title: "Upload a file beside a field",
        run: async () => {
          const report = new File(["id,amount\n1,20\n"], "report.csv", { type: "text/csv" });
          const r = await requests.post(`${url}/post`, { data: { kind: "report" }, files: { report } });
          return r;
        },
        show: (r) => [
          `${r.status_code} ${r.request.headers.get("Content-Type")}`,
          `form ${JSON.stringify(r.json<Echo>().form)} files ${JSON.stringify(r.json<Echo>().files)}`,
        ],
        expect: (r) =>
          r.json<Echo>().files["report"] === "id,amount\n1,20\n" && r.json<Echo>().form["kind"] === "report",
      }),

      await walk({
        title: "A session: the cookie survives the redirect",
        run: async () => {
          const r = await session.get(`${url}/cookies/set`, { params: { flavour: "vanilla" } });
          return r;
        },
        show: (r) => [
          `${r.history.map((h) => h.status_code).join()} → ${r.status_code} ${r.url}`,
          `the server saw ${JSON.stringify(r.json())}, the jar has ${JSON.stringify(session.cookies.get_dict())}`,
        ],
        expect: (r) =>
          r.history.length === 1 && r.json<{ cookies: Record<string, string> }>().cookies["flavour"] === "vanilla",
      }),

      await walk({
        title: "Basic authentication",
        run: async () => {
          const r = await requests.get(`${url}/basic-auth/ada/secret`, { auth: ["ada", "secret"] });
          return r;
        },
        show: (r) => [`${r.status_code} ${JSON.stringify(r.json())}`],
        expect: (r) => r.json<{ authenticated: boolean }>().authenticated,
      }),

      await walk({
        title: "Digest authentication: the challenge is answered",
        run: async () => {
          const auth = new requests.auth.HTTPDigestAuth("ada", "secret");
          const r = await requests.get(`${url}/digest-auth/auth/ada/secret/SHA-256`, { auth });
          return r;
        },
        show: (r) => [`${r.history.map((h) => h.status_code).join()} → ${r.status_code} ${JSON.stringify(r.json())}`],
        expect: (r) => r.history[0]?.status_code === 401 && r.json<{ authenticated: boolean }>().authenticated,
      }),

      await walk({
        title: "A streamed download with progress",
        run: async () => {
          const r = await requests.get(`${url}/stream-bytes/1048576?chunk_size=65536`, { stream: true });
          let received = 0;
          for await (const chunk of r.iter_content(65536)) {
            received += chunk.length;
            process.stdout.write(`\r  ${"█".repeat(received / 32768).padEnd(32, "░")} ${received} of 1048576 bytes`);
          }
          process.stdout.write("\n");
          return received;
        },
        show: (received) => [`${received} bytes`],
        expect: (received) => received === 1048576,
      }),

      await walk({
        title: "A timeout, by its class",
        run: async () => {
          let caught;
          try {
            await requests.get(`${url}/delay/3`, { timeout: 0.2 });
          } catch (error) {
            if (error instanceof requests.exceptions.ReadTimeout) caught = error;
            else throw error;
          }
          return caught;
        },
        show: (error) => [`${error?.constructor.name}: ${error?.message}`],
        expect: (error) => error instanceof requests.exceptions.Timeout,
      }),

      await walk({
        title: "An HTTP error, by its class",
        run: async () => {
          const r = await requests.get(`${url}/status/404`);
          let caught;
          try {
            r.raise_for_status();
          } catch (error) {
            if (error instanceof requests.exceptions.HTTPError) caught = error;
            else throw error;
          }
          return caught;
        },
        show: (error) => [`${error?.constructor.name}: ${error?.message}`],
        expect: (error) =>
          error !== undefined && error.message.startsWith("404 Client Error: Not Found for url: http://"),
      }),
    );

    console.log("\nThe same GET with a client of its own: a core, an adapter, and the three plugins that it needs.");
    results.push(
      await walk({
        title: "A client of three plugins",
        run: async () => {
          await using client = createClient({
            adapter: undiciAdapter(),
            plugins: [redirect(), cookies({ jar: toughJar() }), decompress()],
            defaults: { baseUrl: url, timeout: { connect: 1000, read: 5000 } },
          });
          const response = await client.get("/get", { query: { q: "hello world", page: [1, 2] } });
          const { args } = await response.json<Echo>();
          return { order: client.order, status: response.status, args };
        },
        show: ({ order, status, args }) => [order.join(" > "), `${status} ${JSON.stringify(args)}`],
        expect: ({ status, args }) => status === 200 && args["q"] === "hello world",
      }),
    );
  } finally {
    await session.close();
    await server.close();
  }
  const wrong = results.filter((right) => !right).length;
  console.log(
    wrong === 0
      ? `\nAll ${results.length} steps gave what they should.`
      : `\n${wrong} of ${results.length} steps failed.`,
  );
  return wrong === 0;
}
