import { undiciAdapter } from "@posthaste/adapter-undici";
import requests, { exceptions } from "@posthaste/compat-requests";
import { cookies } from "@posthaste/cookies";
import { toughJar } from "@posthaste/cookies/tough";
import { createClient, HttpError } from "@posthaste/core";
import { redirect } from "@posthaste/redirect";
import { startRawServer, type RawServer } from "@posthaste/test-server";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parameters, timeout } from "./runs.ts";

vi.setConfig({ testTimeout: timeout });

/*
 * A graph of redirects over two servers: each place leads to some place, to nowhere, or is the end. The way that is gone is the
 * one that a few lines below compute, every connection can be used again afterwards or is closed, and no call goes on for ever.
 */

interface Place {
  /** Nothing at the end of a way. */
  readonly status: number | null;
  readonly to: number;
  /** How the Location spells its target. */
  readonly spelling: "absolute" | "path" | "network" | "relative" | "fragment" | "broken";
  readonly body: "none" | "some" | "chunked" | "cut";
}

const place: fc.Arbitrary<Place> = fc.record({
  status: fc.option(fc.constantFrom(301, 302, 303, 307, 308), { freq: 6 }),
  to: fc.nat(7),
  spelling: fc.constantFrom("absolute", "absolute", "path", "network", "relative", "fragment", "broken"),
  body: fc.constantFrom("none", "some", "chunked", "cut"),
});
const graph = fc.array(place, { minLength: 1, maxLength: 8 });
const max = 6;
const broken = "http://[";

const servers: RawServer[] = [];
let places: readonly Place[] = [];
let run = 0;

const urlOf = (index: number) => `${servers[index % 2]!.url}/${run}/${index}`;

/** A target on the other server is only to be had with its name. */
function locationOf(from: number, { to: target, spelling }: Place): string {
  const to = target % places.length;
  const isNear = from % 2 === to % 2;
  if (spelling === "broken") return broken;
  if (spelling === "fragment") return `${urlOf(to)}#part`;
  if (spelling === "network") return urlOf(to).replace("http:", "");
  if (spelling === "path" && isNear) return `/${run}/${to}`;
  if (spelling === "relative" && isNear) return `./x/../${to}`;
  return urlOf(to);
}

beforeAll(async () => {
  for (let count = 0; count < 2; count++) {
    servers.push(
      await startRawServer((socket, { target }) => {
        const index = Number(target.split("/")[2]);
        const one = places[index]!;
        if (one.status === null) {
          socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${`${index}`.length}\r\n\r\n${index}`);
          return;
        }
        const head = `HTTP/1.1 ${one.status} Away\r\nSet-Cookie: c${index}=1; Path=/${run}\r\nLocation: ${locationOf(index, one)}\r\n`;
        if (one.body === "none") socket.write(`${head}Content-Length: 0\r\n\r\n`);
        else if (one.body === "some") socket.write(`${head}Content-Length: 4\r\n\r\nmore`);
        else if (one.body === "chunked")
          socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n4\r\nmore\r\n0\r\n\r\n`);
        else socket.end(`${head}Content-Length: 9\r\n\r\nmore`);
      }),
    );
  }
});
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** The places on the way, and how it ends. */
function way(): { path: number[]; end: "arrived" | "broken" | "too many" } {
  const path = [0];
  for (;;) {
    const one = places[path.at(-1)!]!;
    if (one.status === null) return { path, end: "arrived" };
    if (path.length > max) return { path, end: "too many" };
    if (one.spelling === "broken") return { path, end: "broken" };
    path.push(one.to % places.length);
  }
}

async function check(
  call: (url: string) => Promise<{ path: string[]; end: ReturnType<typeof way>["end"] }>,
  given: readonly Place[],
) {
  places = given;
  run++;
  const expected = way();
  const before = servers.map(({ requests }) => requests.length);
  const { path, end } = await call(urlOf(0));
  expect(end).toBe(expected.end);
  const seen = servers.flatMap(({ requests }, index) => requests.slice(before[index]));
  expect(seen).toHaveLength(expected.path.length);
  expect(path.map((url) => url.replace(/#.*/, ""))).toEqual(expected.path.map(urlOf));
  await Promise.all(servers.map((server) => server.idle()));
}

test("the redirect plugin goes the way that the graph has", async () => {
  await fc.assert(
    fc.asyncProperty(graph, fc.constantFrom("GET", "POST"), async (given, method) => {
      await check(async (url) => {
        await using client = createClient({
          adapter: undiciAdapter(),
          plugins: [redirect({ max }), cookies({ jar: toughJar() })],
        });
        try {
          const response = await client.request(url, { method, ...(method === "POST" && { body: "content" }) });
          const path = [...response.history, response].map((one) => one.url);
          expect(await response.text()).toBe(path.at(-1)!.replace(/.*\/|#.*/g, ""));
          return { path, end: "arrived" };
        } catch (error) {
          if (!(error instanceof HttpError) || error.code !== "ERR_REDIRECT") throw error;
          const path = [...error.response!.history, error.response!].map((one) => one.url);
          return { path, end: path.length > max ? "too many" : "broken" };
        }
      }, given);
    }),
    parameters(0.03),
  );
});

test("compat-requests goes the way that the graph has", async () => {
  await fc.assert(
    fc.asyncProperty(graph, fc.constantFrom("GET", "POST"), async (given, method) => {
      await check(async (url) => {
        await using session = new requests.Session();
        session.trust_env = false;
        session.max_redirects = max;
        try {
          const r = await session.request(method, url, method === "POST" ? { data: "content" } : {});
          const path = [...r.history, r].map((one) => one.url);
          expect(r.text).toBe(path.at(-1)!.replace(/.*\/|#.*/g, ""));
          return { path, end: "arrived" };
        } catch (error) {
          if (error instanceof exceptions.TooManyRedirects) {
            return { path: [...error.response!.history, error.response!].map((one) => one.url), end: "too many" };
          }
          if (!(error instanceof exceptions.InvalidURL)) throw error;
          return { path: way().path.map(urlOf), end: "broken" };
        }
      }, given);
    }),
    parameters(0.03),
  );
});
