import { refused, same } from "../assert.ts";
import { group } from "../case.ts";
import type { Kit, TestCase } from "../case.ts";
import { body, head, reply, reset, secure, send } from "../control.ts";
import type { Step } from "../script.ts";
import { header, requestsOf } from "./parts.ts";

const opened = send("HTTP/1.1 200 Connection established\r\n\r\n");
const tunnel: readonly Step[] = [head, opened, secure(), head, ...reply("through"), head, ...reply("again")];
/** No name of this kind exists: only the proxy can know it. */
const origin = "named.test";

/** `user` and `pass word`, as a URL and as a header have them. */
const credentials = { url: "user:pass%20word@", header: "Basic dXNlcjpwYXNzIHdvcmQ=" };

const withUser = (url: string): string => url.replace("//", `//${credentials.url}`);

/** What goes through somebody else. */
export const proxies: readonly TestCase[] = group(
  "proxies",
  [
    "absolute",
    "a proxy is told the whole URL of a request to http:",
    ["proxy"],
    async (kit) => {
      const proxy = await kit.script({ requests: [[body, ...reply("by proxy")]] });
      const connection = { proxy: { url: proxy.url } };
      const response = await kit.client().post(`http://${origin}:81/path?a=1#part`, { connection, body: "content" });
      same(await response.text(), "by proxy", "content");
      const [request] = requestsOf(await proxy.until({ complete: 1 }));
      const seen = [request!.method, request!.target, header(request!, "host"), request!.body];
      same(seen, ["POST", `http://${origin}:81/path?a=1`, `${origin}:81`, "content"], "request");
    },
  ],
  [
    "absolute-credentials",
    "user and password of a proxy's URL go to the proxy, and so do headers for it",
    ["proxy"],
    async (kit) => {
      const proxy = await kit.script({ requests: [reply("")] });
      const connection = { proxy: { url: withUser(proxy.url), headers: { "X-For-Proxy": "1" } } };
      await (await kit.client().get(`http://${origin}/`, { connection })).discard();
      const [request] = requestsOf(await proxy.until({ requests: 1 }));
      const seen = [header(request!, "proxy-authorization"), header(request!, "x-for-proxy")];
      same(seen, [credentials.header, "1"], "headers");
    },
  ],
  [
    "tunnel",
    "a request to https: goes through a tunnel, and the server behind it is verified",
    ["proxy", "tls"],
    async (kit) => {
      const proxy = await kit.script({ connections: [tunnel] });
      const connection = { proxy: { url: proxy.url }, tls: { ca: proxy.ordered.ca } };
      same(await (await kit.client().get(`https://${origin}/path`, { connection })).text(), "through", "content");
      const { connections } = await proxy.record();
      const [connect, request] = requestsOf({ open: 0, connections });
      same([connect!.method, connect!.target], ["CONNECT", `${origin}:443`], "request for the tunnel");
      same(header(connect!, "host"), `${origin}:443`, "its Host");
      same([request!.method, request!.target, header(request!, "host")], ["GET", "/path", origin], "request");
      same(connections[0]!.servername, origin, "name that was asked for");
    },
  ],
  [
    "tunnel-apart",
    "through a tunnel, what is for the proxy goes to the proxy alone, and what is for the server to the server",
    ["proxy", "tls"],
    async (kit) => {
      const proxy = await kit.script({ connections: [tunnel] });
      const connection = {
        proxy: { url: withUser(proxy.url), headers: { "X-For-Proxy": "1" } },
        tls: { ca: proxy.ordered.ca },
      };
      const headers = { Authorization: "Bearer token", "X-For-Server": "1" };
      await (await kit.client().get(`https://${origin}/`, { connection, headers })).discard();
      const names = ["proxy-authorization", "x-for-proxy", "authorization", "x-for-server"];
      const [connect, request] = requestsOf(await proxy.record());
      const seen = [connect!, request!].map((sent) => names.map((name) => header(sent, name) ?? ""));
      same(
        seen,
        [
          [credentials.header, "1", "", ""],
          ["", "", "Bearer token", "1"],
        ],
        "headers",
      );
    },
  ],
  [
    "tunnel-reuse",
    "a tunnel is used again",
    ["proxy", "tls", "connections"],
    async (kit) => {
      const proxy = await kit.script({ connections: [tunnel] });
      const client = kit.client();
      for (const expected of ["through", "again"]) {
        const connection = { proxy: { url: proxy.url }, tls: { ca: proxy.ordered.ca } };
        same(await (await client.get(`https://${origin}/`, { connection })).text(), expected, "content");
      }
    },
  ],
  [
    "tunnel-verified",
    "behind a tunnel, a certificate for somebody else is refused",
    ["proxy", "tls"],
    async (kit) => {
      const proxy = await kit.script({ connections: [[head, opened, secure("wrongHost"), head, ...reply("")]] });
      const connection = { proxy: { url: proxy.url }, tls: { ca: proxy.ordered.ca } };
      await refused(kit.client().get(`https://${origin}/`, { connection }), "the call", "ERR_TLS");
      same(requestsOf(await proxy.record()).length, 1, "requests");
    },
  ],
  [
    "refused",
    "a proxy that refuses a tunnel is ERR_PROXY, and its answer is told",
    ["proxy"],
    async (kit) => {
      const answer = "HTTP/1.1 407 Who Are You\r\nProxy-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno";
      const proxy = await kit.script({ requests: [[send(answer)]] });
      const connection = { proxy: { url: withUser(proxy.url) } };
      const { response, message } = await refused(
        kit.client().get(`https://${origin}/`, { connection }),
        "the call",
        "ERR_PROXY",
      );
      const told = [response?.status, response?.headers.get("proxy-authenticate"), message.includes("word")];
      same(told, [407, "Basic", false], "status, header, and whether the message tells the password");
    },
  ],
  [
    "gone",
    "a proxy that is not there, or breaks off, is ERR_PROXY",
    ["proxy"],
    async (kit) => {
      const nowhere = await kit.script({ listen: "nowhere", connections: [] });
      const broken = await kit.script({ requests: [[reset]] });
      for (const { url } of [nowhere, broken]) {
        const call = kit.client().get(`https://${origin}/`, { connection: { proxy: { url } } });
        await refused(call, "the call", "ERR_PROXY");
      }
    },
  ],
  [
    "silent",
    "a proxy that says nothing is ERR_TIMEOUT_CONNECT",
    ["proxy", "connectTimeout"],
    async (kit) => {
      const proxy = await kit.script({ requests: [[]] });
      const options = { connection: { proxy: { url: proxy.url } }, timeout: { connect: 200 } };
      await refused(kit.client().get(`https://${origin}/`, options), "the call", "ERR_TIMEOUT_CONNECT");
      if (kit.can.connections) await proxy.until({ open: 0 });
    },
  ],
  [
    "none",
    "proxy: null of a call is no proxy, whatever the adapter's settings say",
    ["proxy"],
    async (kit) => {
      const proxy = await kit.script({ requests: [reply("by proxy")] });
      const server = await kit.script({ requests: [reply("direct")] });
      const client = kit.client({ connection: { proxy: { url: proxy.url } } });
      const texts = [
        await (await client.get(server.url)).text(),
        await (await client.get(server.url, { connection: { proxy: null } })).text(),
      ];
      same(texts, ["by proxy", "direct"], "contents");
    },
  ],
  [
    "https-proxy",
    "a proxy may speak TLS itself, with an authority of its own",
    ["proxy", "tls"],
    async (kit) => {
      const proxy = await kit.script({ connections: [[secure(), head, ...reply("by proxy")]] });
      const connection = { proxy: { url: proxy.https(), tls: { ca: proxy.ordered.ca } } };
      same(await (await kit.client().get(`http://${origin}/`, { connection })).text(), "by proxy", "content");
      const untrusted = { proxy: { url: proxy.https() } };
      await refused(
        kit.client().get(`http://${origin}/`, { connection: untrusted }),
        "a proxy without it",
        "ERR_PROXY",
        "ERR_TLS",
      );
    },
  ],
  [
    "socks-names",
    "a socks5h: proxy is told the name",
    ["socks"],
    async (kit) => {
      const { type, host, port } = await throughSocks(kit, "socks5h:", "", `http://${origin}:81/`);
      same([type, host, port], ["name", origin, 81], "target");
    },
  ],
  [
    "socks-addresses",
    "a socks5: proxy is told the address",
    ["socks"],
    async (kit) => {
      const { type, host, port } = await throughSocks(kit, "socks5:", "", "http://127.0.0.2:81/");
      same([type, host, port], ["ipv4", "127.0.0.2", 81], "target");
    },
  ],
  [
    "socks-credentials",
    "a SOCKS proxy is told user and password where it wants them, and refuses others",
    ["socks"],
    async (kit) => {
      await throughSocks(kit, "socks5h:", credentials.url, `http://${origin}/`);
      await refused(throughSocks(kit, "socks5h:", "user:wrong@", `http://${origin}/`), "the call", "ERR_PROXY");
    },
  ],
);

async function throughSocks(
  kit: Kit,
  scheme: string,
  user: string,
  url: string,
): Promise<{ type: string; host: string; port: number }> {
  const asked: Step = user ? { do: "socks", user: "user", password: "pass word" } : { do: "socks" };
  const proxy = await kit.script({ connections: [[asked, head, ...reply("by proxy")]] });
  const connection = { proxy: { url: `${scheme}//${user}${proxy.host}` } };
  same(await (await kit.client().get(url, { connection })).text(), "by proxy", "content");
  const { connections } = await proxy.record();
  same(requestsOf({ open: 0, connections })[0]!.target, "/", "target of the request");
  return connections[0]!.socks!;
}
