import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, startProxy, startRawServer } from "@posthaste/test-server";
import { freePort, temporaryFolder } from "@posthaste/test-server/program";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import requests, { utils } from "../src/index.ts";
import { header, reply } from "./replies.ts";

const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
const all = [...names, "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"];
const before = new Map(all.map((name) => [name, process.env[name]]));
beforeEach(() => {
  for (const name of all) delete process.env[name];
});
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;

describe("proxies", () => {
  test("HTTP_PROXY is used with its credentials, unless NO_PROXY, proxies or trust_env say otherwise", async () => {
    await using proxy = await startProxy({ auth: { user: "user", password: "pass" } });
    await using server = await startRawServer((socket) => void socket.write(reply()));
    const { port } = new URL(server.url);
    process.env["HTTP_PROXY"] = proxy.url.replace("//", "//user:pass@");
    await requests.get(`http://origin.test:${port}/one`);
    expect(proxy.requests.map(({ target }) => target)).toEqual([`http://origin.test:${port}/one`]);
    expect(header(server.requests[0], "proxy-authorization")).toBeUndefined();

    process.env["NO_PROXY"] = "127.0.0.0/8, other.test";
    await requests.get(`${server.url}/direct`);
    process.env["NO_PROXY"] = "*";
    await requests.get(`${server.url}/direct`);
    delete process.env["NO_PROXY"];
    await using s = new requests.Session();
    s.trust_env = false;
    await s.get(`${server.url}/direct`);
    expect(proxy.requests).toHaveLength(1);

    process.env["HTTP_PROXY"] = `http://127.0.0.1:${await freePort()}`;
    await requests.get(`http://origin.test:${port}/two`, {
      proxies: { http: proxy.url.replace("//", "//user:pass@") },
    });
    expect(proxy.requests).toHaveLength(2);
  });

  test("http_proxy goes before HTTP_PROXY, and ALL_PROXY serves what has none of its own", async () => {
    await using proxy = await startProxy();
    await using server = await startRawServer((socket) => void socket.write(reply()));
    const url = `http://origin.test:${new URL(server.url).port}/`;
    process.env["http_proxy"] = proxy.url;
    process.env["HTTP_PROXY"] = `http://127.0.0.1:${await freePort()}`;
    expect((await requests.get(url)).text).toBe("ok");
    delete process.env["http_proxy"];
    delete process.env["HTTP_PROXY"];
    process.env["ALL_PROXY"] = proxy.url;
    expect((await requests.get(url)).text).toBe("ok");
    expect(proxy.requests).toHaveLength(2);
  });

  test("a CGI program's HTTP_PROXY is not believed", () => {
    process.env["HTTP_PROXY"] = "http://attacker.test";
    process.env["REQUEST_METHOD"] = "GET";
    try {
      expect(utils.get_environ_proxies("http://a.test/")).toEqual({});
    } finally {
      delete process.env["REQUEST_METHOD"];
    }
  });
});

test("REQUESTS_CA_BUNDLE goes before CURL_CA_BUNDLE, and verify before both", async () => {
  const authority = await createAuthority();
  const ca = join(folder.path, "ca.pem");
  writeFileSync(ca, authority.ca);
  await using server = await startRawServer((socket) => void socket.write(reply()), { tls: await authority.issue() });
  process.env["CURL_CA_BUNDLE"] = ca;
  expect((await requests.get(server.url)).text).toBe("ok");
  process.env["REQUESTS_CA_BUNDLE"] = join(folder.path, "none.pem");
  await expect(requests.get(server.url)).rejects.toThrow("invalid path");
  expect((await requests.get(server.url, { verify: ca })).text).toBe("ok");
  await using s = new requests.Session();
  s.trust_env = false;
  s.verify = ca;
  expect((await s.get(server.url)).text).toBe("ok");
});

test("NETRC names a file of passwords, that auth and trust_env go before", async () => {
  const path = join(folder.path, "netrc");
  writeFileSync(path, "machine 127.0.0.1 login netrc password secret\n");
  process.env["NETRC"] = path;
  await using server = await startRawServer((socket) => void socket.write(reply()));
  await requests.get(server.url);
  await requests.get(server.url, { auth: ["user", "pass"] });
  await using s = new requests.Session();
  s.trust_env = false;
  await s.get(server.url);
  expect(server.requests.map((request) => header(request, "authorization"))).toEqual([
    basic("netrc:secret"),
    basic("user:pass"),
    undefined,
  ]);
});
