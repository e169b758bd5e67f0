import { same } from "../assert.ts";
import { group } from "../case.ts";
import type { TestCase } from "../case.ts";
import { reply } from "../control.ts";
import { header, requestTo, requestsOf } from "./parts.ts";

/** Where a request goes, and what of its URL goes out. */
export const addresses: readonly TestCase[] = group(
  "addresses",
  [
    "ipv6",
    "an IPv6 address goes into the Host with its brackets",
    [],
    async (kit) => {
      const server = await kit.script({ listen: "ipv6", requests: [reply("six")] });
      same(await (await kit.client().get(server.url)).text(), "six", "content");
      const [request] = requestsOf(await server.record());
      same(header(request!, "host"), server.host, "Host");
    },
  ],
  [
    "name",
    "a name is resolved, and goes into the Host",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("named")] });
      const host = server.host.replace("127.0.0.1", "localhost");
      same(await (await kit.client().get(`http://${host}/`)).text(), "named", "content");
      const [request] = requestsOf(await server.record());
      same(header(request!, "host"), host, "Host");
    },
  ],
  [
    "unix-socket",
    "a Unix socket takes the place of host and port",
    ["unixSocket"],
    async (kit) => {
      const server = await kit.script({ listen: "unix", requests: [reply("local")] });
      const connection = { socketPath: server.ordered.socketPath! };
      const response = await kit.client().get("http://service.test:81/path", { connection });
      same(await response.text(), "local", "content");
      const [request] = requestsOf(await server.record());
      same([request!.target, header(request!, "host")], ["/path", "service.test:81"], "target and Host");
    },
  ],
  [
    "percent",
    "percent-encoded characters stay as they are",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const target = "/%7Ea/%2F%2f/b+c%20d/%F0%9F%8F%94?q=%26&r=a+b&&s#".slice(0, -1);
      await (await kit.client().get(server.url.slice(0, -1) + target)).discard();
      same(requestsOf(await server.until({ requests: 1 }))[0]!.target, target, "target");
    },
  ],
  [
    "raw",
    "path and query go out byte for byte",
    ["rawUrl"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const client = kit.client();
      const targets = ["/a/../b/./c//d", "/%2e%2E/x", "/?q='a'", "/a|b[c]{d}^e`f", "/?"];
      for (const target of targets) {
        await (await client.send(requestTo(server.url.slice(0, -1) + target))).discard();
      }
      const sent = requestsOf(await server.until({ requests: targets.length })).map((request) => request.target);
      same(sent, targets, "targets");
    },
  ],
  [
    "no-path",
    "a URL without a path is one of the root",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const client = kit.client();
      const { origin } = new URL(server.url);
      for (const rest of ["", "?a=1", "#part"]) await (await client.send(requestTo(origin + rest))).discard();
      const sent = requestsOf(await server.until({ requests: 3 })).map((request) => request.target);
      same(sent, ["/", "/?a=1", "/"], "targets");
    },
  ],
);
