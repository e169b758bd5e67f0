import { describe, expect, test } from "vitest";
import { subjects } from "./clients.ts";
import { head, reply, type Script, type Step } from "./evil.ts";
import { check } from "./runner.ts";

const smuggled = `${head(["Content-Length: 8", "X-Smuggled: yes"])}SMUGGLED`;
const chunked = head(["Transfer-Encoding: chunked"]);
const after = (first: readonly Step[], send: string): Step[] => [...first, { pause: 20 }, { send }];

/** What the first answer brings along; the next two requests get their own answers all the same, or an error. */
const firsts: readonly {
  readonly name: string;
  readonly script: Script;
  readonly method?: string;
  readonly ok?: string;
}[] = [
  { name: "a second response behind the first", script: [{ send: `${head(["Content-Length: 5"])}first${smuggled}` }] },
  { name: "a second response later, on the idle connection", script: after(reply("first"), smuggled) },
  { name: "bytes later, on the idle connection", script: after(reply("first"), "garbage") },
  {
    name: "a response as the body of 304",
    script: [{ send: head([`Content-Length: ${smuggled.length}`], "304 Not") + smuggled }],
  },
  {
    name: "a response as the body of 204",
    script: [{ send: head([`Content-Length: ${smuggled.length}`], "204 No") + smuggled }],
  },
  {
    name: "a response as the body of the answer to HEAD",
    script: [{ send: head([`Content-Length: ${smuggled.length}`]) + smuggled }],
    method: "HEAD",
  },
  { name: "a response behind the last chunk", script: [{ send: `${chunked}5\r\nfirst\r\n0\r\n\r\n${smuggled}` }] },
  {
    name: "trailers that would frame the next one",
    script: [{ send: `${chunked}5\r\nfirst\r\n0\r\nContent-Length: 3\r\nTransfer-Encoding: gzip\r\n\r\n` }],
  },
  { name: "Connection: close, and an open connection", script: reply("first", ["Connection: close"]) },
  { name: "an end of the idle connection", script: [...reply("first"), "end"] },
  { name: "a reset of the idle connection", script: [...reply("first"), { pause: 20 }, "reset"] },
  { name: "two lengths", script: [{ send: `${head(["Content-Length: 5", "Content-Length: 6"])}first${smuggled}` }] },
  {
    name: "a length beside chunks",
    script: [
      { send: `${head(["Content-Length: 5", "Transfer-Encoding: chunked"])}5\r\nfirst\r\n0\r\n\r\n${smuggled}` },
    ],
  },
  { name: "a fragment of a response", script: after(reply("first"), "HTTP/1.1 200 OK\r\nX-") },
];

describe.each(subjects)("$name", (subject) => {
  test.concurrent.each(firsts)("$name is not the next one's", async ({ script, method = "GET" }) => {
    await check(subject, async (one) => {
      const server = await one.serve({ "/1": script, "/2": reply("second"), "/3": reply("third") });
      await one.outcome(one.session.call(method, `${server.url}/1`));
      await server.played();
      expect(await one.outcome(one.session.call("GET", `${server.url}/2`))).toBe("200 second");
      expect(await one.outcome(one.session.call("GET", `${server.url}/3`))).toBe("200 third");
    });
  });

  const resets: Script = { turns: [["reset"], reply("two")] };

  test.concurrent("a GET that meets a connection just closed is sent again, once", async () => {
    await check(subject, async (one) => {
      const server = await one.serve({ "/1": reply("one"), "/2": resets });
      await one.outcome(one.session.call("GET", `${server.url}/1`));
      expect(await one.outcome(one.session.call("GET", `${server.url}/2`))).toBe("200 two");
      expect(server.targets).toEqual(["/1", "/2", "/2"]);
    });
  });

  test.concurrent("a GET that is refused twice is not sent a third time", async () => {
    await check(subject, async (one) => {
      const server = await one.serve({ "/1": reply("one"), "/2": ["reset"] });
      await one.outcome(one.session.call("GET", `${server.url}/1`));
      const expected = subject.name === "plain" ? "ERR_RESET" : "ConnectionError";
      expect(await one.outcome(one.session.call("GET", `${server.url}/2`))).toBe(expected);
      expect(server.targets).toEqual(["/1", "/2", "/2"]);
    });
  });

  test.concurrent.each(["POST", "PUT", "PATCH", "DELETE"])(
    "a %s that meets one is never sent again",
    async (method) => {
      await check(subject, async (one) => {
        const server = await one.serve({ "/1": reply("one"), "/2": resets });
        await one.outcome(one.session.call("GET", `${server.url}/1`));
        const expected = subject.name === "plain" ? "ERR_RESET" : "ConnectionError";
        expect(await one.outcome(one.session.call(method, `${server.url}/2`, { data: "pay=100" }))).toBe(expected);
        expect(server.targets).toEqual(["/1", "/2"]);
      });
    },
  );

  test.concurrent("an answer before the upload is over is given, and the next request has its own", async () => {
    await check(subject, async (one) => {
      const server = await one.serve(
        { "/2": reply("second") },
        {
          onHead: (socket, { target }) => {
            if (target === "/1")
              socket.write(`${head(["Connection: close", "Content-Length: 7"], "413 Too Large")}too big`);
          },
        },
      );
      let finished = false;
      async function* body(): AsyncGenerator<Uint8Array> {
        try {
          for (let at = 0; at < 2000; at++) yield Buffer.alloc(65_536);
        } finally {
          finished = true;
        }
      }
      expect(await one.outcome(one.session.call("POST", `${server.url}/1`, { data: body() }))).toBe("413 too big");
      expect(finished).toBe(true);
      expect(await one.outcome(one.session.call("GET", `${server.url}/2`))).toBe("200 second");
    });
  });
});
