import { HeaderList, type HttpRequest } from "@posthaste/core";
import { mockAdapter, recorder, replay, type RedactOptions } from "@posthaste/adapter-mock";
import fc from "fast-check";
import { expect, test } from "vitest";

const SECRET = "hunter2";

/** What is written of one exchange, and what its replay takes. */
async function record(
  changes: Partial<HttpRequest>,
  headers: [string, string][] = [],
  body = "",
  redact: RedactOptions = {},
) {
  const inner = mockAdapter();
  inner.on({}).reply({ headers, body });
  const recording = recorder(inner, { redact });
  const request: HttpRequest = {
    method: "POST",
    url: "http://a.test/",
    headers: new HeaderList(),
    body: null,
    options: {},
    call: {},
    ...changes,
  };
  await (await recording.send(request)).bytes();
  const har = await recording.har();
  // The request with its secrets meets its redacted twin.
  expect((await replay(har, { redact }).send(request)).status).toBe(200);
  return { text: JSON.stringify(har), entry: har.log.entries[0]! };
}

const headers = (...lines: [string, string][]) => new HeaderList(lines);

test.each<[string, Partial<HttpRequest>]>([
  ["Authorization", { headers: headers(["authorization", `Bearer ${SECRET}`]) }],
  ["Proxy-Authorization", { headers: headers(["Proxy-Authorization", `Basic ${SECRET}`]) }],
  ["Cookie", { headers: headers(["Cookie", `sid=${SECRET}; theme=${SECRET}`]) }],
  ["X-API-Key", { headers: headers(["X-API-Key", SECRET]) }],
  [
    "Referer",
    { headers: headers(["Referer", `https://u:${SECRET}@b.test/?access_token=${SECRET}#id_token=${SECRET}`]) },
  ],
  ["user information", { url: `http://me:${SECRET}@a.test/` }],
  ["odd user information", { url: `http://me "<${SECRET}>@${SECRET}@a.test/` }],
  ["query", { url: `http://a.test/?a=1&Access-Token=${SECRET}&api_key=${SECRET}&key=${SECRET}&code=${SECRET}` }],
  ["an encoded name in the query", { url: `http://a.test/?%74oken=${SECRET}&api%5Fkey=${SECRET}` }],
  ["fragment", { url: `http://a.test/#access_token=${SECRET}` }],
  ["JSON", { body: JSON.stringify({ user: { Password: SECRET, clientSecret: [SECRET, { a: SECRET }] }, token: 1 }) }],
  ["JSON with escapes", { body: `{ "pass\\u0077ord" :\n "a\\"${SECRET}" , "x": 1 }` }],
  ["JSON cut short", { body: `{"a":"b","password":"${SECRET}` }],
  ["nested JSON cut short", { body: `{"secret":{"a":["${SECRET}","` }],
  ["lines of JSON", { body: `{"a":1}\n{"token":"${SECRET}"}\n{"token":"${SECRET}"}\n` }],
  ["events", { body: `data: {"refresh_token":"${SECRET}"}\n\n` }],
  ["a form", { body: new URLSearchParams({ password: SECRET, user: "ada", client_secret: SECRET }) }],
  [
    "a multipart form",
    {
      headers: headers(["Content-Type", 'multipart/form-data; boundary="x y"']),
      body: `--x y\r\nContent-Disposition: form-data; name="password"\r\nContent-Type: text/plain\r\n\r\n${SECRET}\n${SECRET}\r\n--x y\r\nContent-Disposition: form-data; name=token\r\n\r\n${SECRET}\r\n--x y--\r\n`,
    },
  ],
  [
    "a multipart form with bare line feeds",
    {
      headers: headers(["Content-Type", "multipart/form-data; boundary=x"]),
      body: `--x\nContent-Disposition: form-data; name="token"\n\n${SECRET}\n--x--\n`,
    },
  ],
  [
    "a multipart form with a file",
    {
      headers: headers(["Content-Type", "multipart/form-data; boundary=x"]),
      body: Buffer.from(
        `--x\r\nContent-Disposition: form-data; filename="a"; name="file"\r\n\r\n\xff\xfe\r\n--x\r\ncontent-disposition: form-data; name="pass_word"\r\n\r\n${SECRET}\r\n--x--\r\n`,
        "latin1",
      ),
    },
  ],
  [
    "JSON in another charset",
    {
      headers: headers(["Content-Type", "application/json; charset=latin1"]),
      body: Buffer.from(`{"ä":"ä","password":"${SECRET}"}`, "latin1"),
    },
  ],
])("no secret of a request's %s is written", async (_, changes) => {
  const { text, entry } = await record(changes);
  expect(text).not.toContain(SECRET);
  expect(Buffer.from(entry.request.postData?.text ?? "", "base64").toString("latin1")).not.toContain(SECRET);
  expect(text.includes("REDACTED") || /information|fragment|multipart form with|charset/.test(_)).toBe(true);
});

test.each<[string, [string, string][], string]>([
  [
    "Set-Cookie",
    [
      ["set-cookie", `sid=${SECRET}; Path=/`],
      ["Set-Cookie", SECRET],
    ],
    "",
  ],
  ["Location", [["Location", `https://u:${SECRET}@b.test/cb?code=${SECRET}#access_token=${SECRET}`]], ""],
  ["JSON", [["Content-Type", "application/json"]], `{"access_token":"${SECRET}","expires_in":3600}`],
  ["links", [["Content-Type", "text/html"]], `<a href="https://me:${SECRET}@b.test/?x=1&signature=${SECRET}">`],
  ["links in HTML's own writing", [["Content-Type", "text/html"]], `<a href="/?a=1&amp;token=${SECRET}">`],
  ["JSON that is none, with a line break in a text", [], `{"password":"a\n${SECRET}"}`],
  ["script", [["Content-Type", "text/html"]], `<p>It's</p><script>var a = {"token": "${SECRET}"}</script>`],
])("no secret of a response's %s is written", async (_, headers, body) => {
  const { text } = await record({}, headers, body);
  expect(text).not.toContain(SECRET);
});

test("what is no secret stays, to the byte", async () => {
  const body = '{ "password_hint" : "dog", "token": null, "n": 12345678901234567890, "secret":true, "é": "\\u00e9" }';
  const url = "http://a.test/a@b?q=token&x=%20&monkey=1";
  const { entry } = await record(
    { url, body },
    [
      ["X-Url", "http://a.test/?a=b"],
      ["Set-Cookie", ""],
    ],
    "token=1",
  );
  expect(entry.request.url).toBe(url);
  expect(entry.request.postData!.text).toBe(body);
  expect(entry.response.content.text).toBe("token=1");
  expect(entry.response.headers.slice(0, 2)).toEqual([
    { name: "X-Url", value: "http://a.test/?a=b" },
    { name: "Set-Cookie", value: "" },
  ]);
});

test("a script is not broken by what looks like a query", async () => {
  const script = "a=b?key=1:2;c&token=d;";
  const { entry } = await record({}, [["Content-Type", "text/javascript; charset=utf-8"]], script);
  expect(entry.response.content.text).toBe(script);
});

test("around a secret everything stays, to the byte", async () => {
  const { entry } = await record({ body: '{"a":1.0,"token" : [1, {"b":"]"}] ,"c":1e3}' });
  expect(entry.request.postData!.text).toBe('{"a":1.0,"token" : "REDACTED" ,"c":1e3}');
});

test("more names by option", async () => {
  const { text } = await record(
    {
      url: `http://a.test/?ticket=${SECRET}`,
      headers: headers(["X-Session", SECRET]),
      body: JSON.stringify({ iBan: SECRET }),
    },
    [["x_session", SECRET]],
    "",
    { headers: ["x-session"], query: ["TICKET"], fields: ["i_ban"] },
  );
  expect(text).not.toContain(SECRET);
});

test("a secret anywhere in JSON is hidden, and what is hidden stays as it is", async () => {
  const { object } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.string(),
      fc.integer(),
      fc.array(tie("value"), { maxLength: 3 }),
      tie("object"),
    ),
    object: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("password", "Api-Key", "TOKEN")), tie("value"), {
      maxKeys: 4,
    }),
  }));
  await fc.assert(
    fc.asyncProperty(object, fc.option(fc.nat(3)), async (value, indent) => {
      const hide = (each: unknown, hidden: boolean): unknown => {
        if (hidden) return "REDACTED";
        if (Array.isArray(each)) return each.map((item) => hide(item, false));
        if (typeof each !== "object" || each === null) return each;
        return Object.fromEntries(
          Object.entries(each).map(([name, item]) => [
            name,
            hide(item, /^(password|apikey|token)$/i.test(name.replace(/[-_]/g, ""))),
          ]),
        );
      };
      const { entry } = await record({ body: JSON.stringify(value, null, indent ?? 0) });
      const text = entry.request.postData!.text;
      // A text value may look like a URL with secrets, too.
      fc.pre(!/[?&#][^"]*=|\/\//.test(JSON.stringify(value)));
      expect(JSON.parse(text)).toEqual(hide(value, false));
      expect((await record({ body: text })).entry.request.postData!.text).toBe(text);
    }),
  );
});
