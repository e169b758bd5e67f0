import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { subjects } from "./clients.ts";
import { head, reply, type Script, type Step } from "./evil.ts";
import { check, settled } from "./runner.ts";

const long: Step[] = [{ send: head(["Content-Length: 10000000"]) }, { send: "x".repeat(1_000_000) }, "hang"];
const endless: Step[] = [{ send: head(["Connection: close"]) }, { flood: "x" }];
const stalled: Step[] = [{ send: `${head(["Content-Length: 10"])}hello` }, "hang"];

const phases: readonly (readonly [name: string, script: Script])[] = [
  ["before the head", ["hang"]],
  ["within the head", [{ send: "HTTP/1.1 200 OK\r\nX-" }, "hang"]],
  ["within a body", stalled],
  ["within chunks", [{ send: `${head(["Transfer-Encoding: chunked"])}5\r\nhello\r\n` }, "hang"]],
  ["within a long body", long],
  ["within a redirect's body", [{ send: `${head(["Location: /", "Content-Length: 9"], "302 Found")}x` }, "hang"]],
];

describe.each(subjects)("$name", (subject) => {
  test.concurrent.each(phases)(
    "an abort %s ends the call with its reason, and leaves no listener",
    async (_, script) => {
      await check(subject, async (one) => {
        const server = await one.serve({ "*": script });
        const controller = new AbortController();
        const { signal } = controller;
        let listeners = 0;
        for (const [method, by] of [
          ["addEventListener", 1],
          ["removeEventListener", -1],
        ] as const) {
          const original = signal[method].bind(signal);
          signal[method] = ((type: string, ...rest: [never]) => {
            listeners += by;
            original(type, ...rest);
          }) as typeof original;
        }
        const call = one.outcome(one.session.call("GET", server.url, { signal }));
        await server.waitForRequests(1);
        // What comes first is on its way.
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.abort(new RangeError("mine"));
        expect(await call).toBe("RangeError");
        expect(listeners).toBeLessThanOrEqual(0);
      });
    },
  );

  test.concurrent("an abort before the call sends nothing", async () => {
    await check(subject, async (one) => {
      const server = await one.serve({});
      const call = one.session.call("GET", server.url, { signal: AbortSignal.abort(new RangeError("mine")) });
      expect(await one.outcome(call)).toBe("RangeError");
      expect(server.connections).toHaveLength(0);
    });
  });

  test.concurrent("an abort after the end changes nothing", async () => {
    await check(subject, async (one) => {
      const server = await one.serve({});
      const controller = new AbortController();
      expect(await one.outcome(one.session.call("GET", server.url, { signal: controller.signal }))).toBe("200 ok");
      controller.abort();
      expect(await one.outcome(one.session.call("GET", server.url))).toBe("200 ok");
      expect(server.connections).toHaveLength(1);
    });
  });

  test.concurrent.each([
    ["a long body", long],
    ["a body without end", endless],
  ])("leaving the loop over %s frees the connection", async (_, script) => {
    await check(subject, async (one) => {
      const server = await one.serve({ "*": script });
      let length = 0;
      for await (const piece of await one.session.stream(server.url)) {
        length += piece.length;
        break;
      }
      expect(length).toBeGreaterThan(0);
      await settled(server.idle(), "the connection");
    });
  });

  test.concurrent("what the loop throws frees the connection", async () => {
    await check(subject, async (one) => {
      const server = await one.serve({ "*": endless });
      const reading = async () => {
        for await (const _ of await one.session.stream(server.url)) throw new RangeError("mine");
      };
      await expect(reading()).rejects.toThrow("mine");
      await settled(server.idle(), "the connection");
    });
  });

  test.concurrent("a slow reader makes the server wait", async () => {
    await check(subject, async (one) => {
      let written = 0;
      const server = await one.serve(
        {},
        {
          onHead: (socket) => {
            socket.write(head(["Connection: close"]));
            const fill = () => {
              while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) written += 65_536;
            };
            socket.on("drain", fill);
            fill();
          },
        },
      );
      const pieces = (await one.session.stream(server.url))[Symbol.asyncIterator]();
      await pieces.next();
      await new Promise((resolve) => setTimeout(resolve, 200));
      // What two sockets and a queue hold; without a bound it would be gigabytes.
      expect(written).toBeLessThan(64 << 20);
      await pieces.return?.();
    });
  });

  test.concurrent("many calls at once each have their own answer or their own error", async () => {
    await check(subject, async (one) => {
      const scripts: Record<string, Script> = {};
      for (let at = 0; at < 100; at++) {
        const broken: Script[] = [
          ["reset"],
          ["end"],
          [{ send: `${head(["Content-Length: 99"])}x` }, "end"],
          [{ send: "garbage\r\n\r\n" }],
        ];
        scripts[`/${at}`] = at % 5 === 0 ? broken[(at / 5) % 4]! : reply(`answer ${at}`);
      }
      const server = await one.serve(scripts);
      const outcomes = await Promise.all(
        Object.keys(scripts).map((path) => one.outcome(one.session.call("POST", server.url + path, { data: "x" }))),
      );
      outcomes.forEach((outcome, at) => {
        if (at % 5 === 0)
          expect(outcome).toMatch(/^ERR_(?:RESET|BODY_TRUNCATED|PROTOCOL)$|^(?:Connection|ChunkedEncoding)Error$/);
        else expect(outcome).toBe(`200 answer ${at}`);
      });
      expect(server.requests).toHaveLength(100);
    });
  });

  test("a response that nobody reads lets its connection go", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    await check(subject, async (one) => {
      const server = await one.serve({ "*": endless });
      // Not held by this frame.
      await (async () => void (await one.session.stream(server.url)))();
      for (let turn = 0; server.openSockets > 0 && turn < 100; turn++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(server.openSockets).toBe(0);
    });
  });
});

describe.each(subjects)("$name", (subject) => {
  test.concurrent.each(phases)("close() %s settles the call", async (_, script) => {
    await check(subject, async (one) => {
      const server = await one.serve({ "*": script });
      const call = one.outcome(one.session.call("GET", server.url));
      await server.waitForRequests(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await settled(one.session.close(), "close()");
      expect(await call).toMatch(subject.name === "plain" ? /^ERR_CLOSED$/ : /^ConnectionError$/);
      await settled(server.idle(), "the connection");
      // A session of requests can be used again.
      const again = one.outcome(one.session.call("GET", "http://127.0.0.1:1/"));
      expect(await again).toBe(subject.name === "plain" ? "ERR_CLOSED" : "ConnectionError");
    });
  });

  test.concurrent("close() ends a stream that nobody reads, and keeps what has come", async () => {
    await check(subject, async (one) => {
      const server = await one.serve({ "/long": long, "/short": reply("short") });
      await one.session.stream(`${server.url}/long`);
      const short = await one.session.stream(`${server.url}/short`);
      await server.waitForRequests(2);
      await settled(one.session.close(), "close()");
      await settled(server.idle(), "the connections");
      let text = "";
      for await (const piece of short) text += Buffer.from(piece).toString();
      expect(text).toBe("short");
    });
  });
});
