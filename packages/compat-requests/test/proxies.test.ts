import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, startProxy, startRawServer, startSocks5 } from "@posthaste/test-server";
import { temporaryFolder } from "@posthaste/test-server/program";
import { afterAll, describe, expect, test } from "vitest";
import requests, { exceptions, utils } from "../src/index.ts";
import { failure, header, redirect, reply } from "./replies.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const unused = "http://127.0.0.1:1/";
const { InvalidProxyURL, InvalidSchema, ProxyError } = exceptions;

describe("what is no proxy", () => {
  test.each([
    ["socks4://127.0.0.1:1", InvalidSchema],
    ["socks4a://127.0.0.1:1", InvalidSchema],
    ["socks5h://]@.?", InvalidProxyURL],
    ["http://256.256.256.256:1", ProxyError],
    ["http://a%25%20b", ProxyError],
  ])("%s is one of requests' own exceptions", async (http, error) => {
    expect(await failure(requests.get(unused, { proxies: { http } }))).toBeInstanceOf(error);
  });

  test.each([5, ["x"]])("%j is a TypeError", async (wrong) => {
    const error = await failure(requests.get(unused, { proxies: { http: wrong as unknown as string } }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain("must be a str");
  });
});

test("a proxy that speaks TLS is verified as `verify` says, whatever the target speaks", async () => {
  const authority = await createAuthority();
  const ca = join(folder.path, "ca.pem");
  writeFileSync(ca, authority.ca);
  await using proxy = await startProxy({ tls: await authority.issue({ names: ["localhost"] }) });
  await using server = await startRawServer((socket) => void socket.write(reply()));
  const url = `http://origin.test:${new URL(server.url).port}/`;
  const proxies = { http: proxy.url };
  expect(await failure(requests.get(url, { proxies }))).toBeInstanceOf(ProxyError);
  for (const verify of [ca, false]) expect((await requests.get(url, { proxies, verify })).text).toBe("ok");
});

test("a proxy's credentials go with a redirect to nobody else", async () => {
  await using other = await startProxy();
  await using target = await startRawServer((socket) => void socket.write(reply()));
  const { port } = new URL(target.url);
  await using server = await startRawServer((socket, { target: path }) => {
    socket.write(redirect(`http://${path === "/direct" ? "127.0.0.1" : "other.test"}:${port}/`));
  });
  await using proxy = await startProxy({ auth: { user: "u", password: "SECRET" } });
  const proxies = {
    http: proxy.url.replace("//", "//u:SECRET@"),
    "http://127.0.0.1": null as unknown as string,
    "http://other.test": other.url,
  };
  const start = `http://start.test:${new URL(server.url).port}`;
  for (const path of ["/direct", "/other"]) await requests.get(start + path, { proxies });
  expect(other.requests.map(({ headers }) => headers.join("\n"))).toEqual([expect.not.stringContaining("Proxy-Auth")]);
  expect(target.requests.map((request) => header(request, "proxy-authorization"))).toEqual([undefined, undefined]);
});

test.each(["socks5h", "SOCKS5H"])("nor do those of %s reach the origin", async (scheme) => {
  await using proxy = await startSocks5({ auth: { user: "u", password: "SECRET" } });
  await using server = await startRawServer([redirect("/there"), reply()]);
  const proxies = { http: `${scheme}://u:SECRET@127.0.0.1:${proxy.port}` };
  expect((await requests.get(`${server.url}/here`, { proxies })).text).toBe("ok");
  expect(server.requests.map((request) => header(request, "proxy-authorization"))).toEqual([undefined, undefined]);
});

test.each([
  ["http://localhost./", "localhost"],
  ["http://localhost/", "localhost."],
  ["http://a.inner.test./", ".inner.test"],
  ["http://[::ffff:127.0.0.1]/", "127.0.0.1"],
  ["http://[::ffff:7f00:1]/", "127.0.0.0/8"],
])("%s is one of no_proxy's %s, however it is written", (url, list) => {
  expect(utils.should_bypass_proxies(url, list)).toBe(true);
  expect(utils.should_bypass_proxies(url, "other.test,10.0.0.0/8")).toBe(false);
});
