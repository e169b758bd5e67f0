import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FormData, request } from "undici";
import type { TestServer } from "../src/index.ts";
import { startTestServer } from "../src/index.ts";

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server.close());

async function call(path: string, options?: Parameters<typeof request>[1]): Promise<Record<string, unknown>> {
  const response = await request(server.url + path, options);
  expect(response.statusCode).toBe(200);
  return (await response.body.json()) as Record<string, unknown>;
}

describe("echo routes", () => {
  test("/get describes the request", async () => {
    const host = server.url.slice("http://".length);
    expect(await call("/get?a=1&b=2&b=%C3%A9", { headers: ["x-fOO", "1", "X-Foo", "2"] })).toEqual({
      args: { a: "1", b: ["2", "é"] },
      headers: { Host: host, Connection: "keep-alive", "X-Foo": "1,2" },
      origin: "127.0.0.1",
      url: `${server.url}/get?a=1&b=2&b=%C3%A9`,
    });
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"] as const)("/%s describes a body", async (method) => {
    const shown = await call(`/${method.toLowerCase()}`, { method, body: '{"b":[1]}' });
    expect(shown).toMatchObject({ data: '{"b":[1]}', json: { b: [1] }, form: {}, files: {}, args: {} });
    expect(Object.keys(shown)).toEqual(["args", "data", "files", "form", "headers", "json", "origin", "url"]);
  });

  test("/anything takes any path and method", async () => {
    expect(await call("/anything")).toMatchObject({ method: "GET", data: "", json: null });
    expect(await call("/anything/a%2Fb//c?d", { method: "PURGE" as "GET" })).toMatchObject({
      method: "PURGE",
      args: { d: "" },
      url: `${server.url}/anything/a%2Fb//c?d`,
    });
  });

  test("a body that is no UTF-8 becomes a data: URI", async () => {
    const shown = await call("/post", { method: "POST", body: Buffer.from([0xff, 0x00]) });
    expect(shown).toMatchObject({ data: "data:application/octet-stream;base64,/wA=", json: null });
  });

  test("a form is parsed", async () => {
    const shown = await call("/post", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      body: "a=1&a=2&%C3%BC=x+y%26",
    });
    expect(shown).toMatchObject({ form: { a: ["1", "2"], ü: "x y&" }, data: "", json: null });
  });

  test("multipart is parsed, with files as text or data: URI", async () => {
    const form = new FormData();
    form.append("text", "ü\r\n");
    form.append("text", "second");
    form.append("file", new Blob([Buffer.from([0xff, 13, 10, 45, 45])], { type: "image/x" }), 'a"b.bin');
    form.append("file", new Blob(["plain"]), "b.txt");
    const shown = await call("/post", { method: "POST", body: form });
    expect(shown).toMatchObject({
      form: { text: ["ü\r\n", "second"] },
      files: { file: ["data:image/x;base64,/w0KLS0=", "plain"] },
      data: "",
      json: null,
    });
  });

  test("malformed multipart is a bad request", async () => {
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    const { statusCode } = await request(`${server.url}/post`, { method: "POST", headers, body: "--b\r\n\r\n" });
    expect(statusCode).toBe(400);
  });

  test("/headers, /user-agent and /ip", async () => {
    const headers = { "user-agent": "me" };
    expect(await call("/headers", { headers })).toMatchObject({ headers: { "User-Agent": "me" } });
    expect(await call("/user-agent", { headers })).toEqual({ "user-agent": "me" });
    expect(await call("/user-agent")).toEqual({ "user-agent": null });
    expect(await call("/ip")).toEqual({ origin: "127.0.0.1" });
  });
});

describe("the server itself", () => {
  test("unknown paths, wrong methods and OPTIONS", async () => {
    const missing = await request(`${server.url}/nowhere`);
    expect([missing.statusCode, await missing.body.text()]).toEqual([404, "Nothing at /nowhere\n"]);
    const wrong = await request(`${server.url}/get`, { method: "POST", body: "x" });
    expect([wrong.statusCode, wrong.headers["allow"]]).toEqual([405, "GET, HEAD, OPTIONS"]);
    await wrong.body.dump();
    const preflight = await request(`${server.url}/post`, {
      method: "OPTIONS",
      headers: { origin: "http://page.test", "access-control-request-headers": "x-a, x-b" },
    });
    expect(preflight.headers).toMatchObject({
      allow: "POST, OPTIONS",
      "access-control-allow-origin": "http://page.test",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET, POST, PUT, DELETE, PATCH, OPTIONS",
      "access-control-allow-headers": "x-a, x-b",
      "access-control-max-age": "3600",
    });
    const plain = await request(`${server.url}/get`);
    expect(plain.headers).toMatchObject({ "access-control-allow-origin": "*" });
    expect(plain.headers["access-control-allow-headers"]).toBeUndefined();
    await plain.body.dump();
  });

  test("HEAD has the length and no body", async () => {
    const head = await request(`${server.url}/robots.txt`, { method: "HEAD" });
    expect([head.statusCode, head.headers["content-length"], await head.body.text()]).toEqual([200, "30", ""]);
  });

  test("records requests", async () => {
    await using own = await startTestServer();
    const both = own.waitForRequests(2);
    await request(`${own.url}/get?a`, { headers: ["X-Raw", "1"] }).then(({ body }) => body.dump());
    await request(`${own.url}/post`, { method: "POST", body: "body" }).then(({ body }) => body.dump());
    const [first, second] = await both;
    expect(first).toMatchObject({ method: "GET", url: "/get?a", httpVersion: "1.1", secure: false, connection: 1 });
    expect(first?.headers.slice(-2)).toEqual(["X-Raw", "1"]);
    expect([second?.body.toString(), second?.complete]).toEqual(["body", true]);
    expect(own.requests).toHaveLength(2);
  });

  test("close ends every socket and timer", async () => {
    const own = await startTestServer();
    const hanging = request(`${own.url}/delay/10`);
    hanging.catch(() => {});
    await own.waitForRequests(1);
    expect(own.openSockets).toBe(1);
    await own.close();
    expect(own.openSockets).toBe(0);
    await expect(hanging).rejects.toThrow("other side closed");
    await own.close();
    await expect(request(`${own.url}/get`)).rejects.toThrow("ECONNREFUSED");
  });

  test("records nothing if told so", async () => {
    await using own = await startTestServer({ record: false });
    await request(`${own.url}/get`).then(({ body }) => body.dump());
    expect(own.requests).toEqual([]);
  });
});
