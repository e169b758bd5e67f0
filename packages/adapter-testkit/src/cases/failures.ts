import { refused, same, truth } from "../assert.ts";
import { group } from "../case.ts";
import type { TestCase } from "../case.ts";
import { end, reset, send, sendHead, wait } from "../control.ts";
import type { Step } from "../script.ts";

/** Answers that are none. */
const endings: readonly (readonly [string, readonly Step[]])[] = [
  ["a reset", [reset]],
  ["an end", [end]],
  ["an end within the head", [send("HTTP/1.1 200 OK\r\nContent-Le"), reset]],
  ["something else", [send("SSH-2.0-OpenSSH_9.2\r\n\r\n"), end]],
];

/** What a call rejects with when the other side breaks off. */
export const failures: readonly TestCase[] = group(
  "failures",
  [
    "http-error",
    "whatever the server does in place of an answer, the call rejects with an HttpError of one line",
    [],
    async (kit) => {
      const client = kit.client();
      for (const [name, steps] of endings) {
        const server = await kit.script({ requests: [steps] });
        const error = await refused(client.get(`${server.url}path?token=secret`), name);
        same(error.request?.url, `${server.url}path?token=secret`, "the error's request");
        truth(!/secret|\n/.test(error.message), `the message is no good: ${error.message}`);
        truth(error.phase !== "prepare", "the phase is that of nothing sent");
      }
    },
  ],
  [
    "nobody",
    "where nobody listens it is ERR_CONNECT",
    ["errorCodes"],
    async (kit) => {
      const server = await kit.script({ listen: "nowhere", connections: [] });
      await refused(kit.client().get(server.url), "the call", "ERR_CONNECT");
    },
  ],
  [
    "reset",
    "a reset before the head is ERR_RESET",
    ["errorCodes"],
    async (kit) => {
      const server = await kit.script({ requests: [[reset]] });
      await refused(kit.client().get(server.url), "the call", "ERR_RESET");
    },
  ],
  [
    "end",
    "an end before the head is ERR_RESET",
    ["errorCodes"],
    async (kit) => {
      const server = await kit.script({ requests: [[end]] });
      await refused(kit.client().get(server.url), "the call", "ERR_RESET");
    },
  ],
  [
    "end-in-head",
    "an end within the head is ERR_RESET",
    ["errorCodes"],
    async (kit) => {
      const server = await kit.script({ requests: [[send("HTTP/1.1 200 OK\r\nContent-Le"), end]] });
      await refused(kit.client().get(server.url), "the call", "ERR_RESET");
    },
  ],
  [
    "reset-at-once",
    "a connection that is reset as soon as it stands is ERR_RESET, or never stood",
    ["errorCodes"],
    async (kit) => {
      const server = await kit.script({ connections: [[reset]] });
      await refused(kit.client().get(server.url), "the call", "ERR_RESET", "ERR_CONNECT");
    },
  ],
  [
    "reset-in-upload",
    "a reset during the upload is ERR_RESET",
    ["errorCodes"],
    async (kit) => {
      const server = await kit.script({ requests: [[{ do: "body", bytes: 1 }, reset]] });
      const body = new Uint8Array(32 * 1024 * 1024);
      await refused(kit.client().post(server.url, { body }), "the call", "ERR_RESET");
    },
  ],
  [
    "reset-in-content",
    "a reset within the content is ERR_BODY_TRUNCATED, and what came before can be read",
    ["streamingResponse"],
    async (kit) => {
      const steps = [sendHead("200 OK", "Content-Length: 10"), send("abc"), wait("read"), reset];
      const server = await kit.script({ requests: [steps] });
      const response = await kit.client().get(server.url);
      let text = "";
      async function read(): Promise<void> {
        for await (const chunk of response.body) {
          text += new TextDecoder().decode(chunk);
          if (text === "abc") await server.tell("read");
        }
      }
      await refused(read(), "reading", "ERR_BODY_TRUNCATED");
      same(text, "abc", "what came before");
    },
  ],
  [
    "after-failure",
    "after failures further calls are answered",
    [],
    async (kit) => {
      const ok = [sendHead("200 OK", "Content-Length: 2"), send("ok")];
      const server = await kit.script({ requests: [[send("no HTTP\r\n\r\n"), end], ok] });
      const client = kit.client();
      await refused(client.get(server.url), "the first call");
      same(await (await client.get(server.url)).text(), "ok", "the second response");
    },
  ],
);
