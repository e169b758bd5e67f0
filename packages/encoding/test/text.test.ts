import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, HeaderList } from "@posthaste/core";
import { startRawServer } from "@posthaste/test-server";
import { describe, expect, it } from "vitest";
import { decodeStream, loadDetector, text, type Detector, type TextOptions } from "../src/index.ts";
import { encode, samples } from "./samples.ts";

/** The text of a response with such a Content-Type and content. */
function read(type: string | null, content: string | Uint8Array, options?: TextOptions): Promise<string> {
  const headers = new HeaderList();
  if (type !== null) headers.append("Content-Type", type);
  const bytes =
    typeof content === "string" ? Uint8Array.from(content, (char) => char.charCodeAt(0)) : Uint8Array.from(content);
  return text({ headers, bytes: async () => bytes }, options);
}

const found =
  (encoding: string | null): (() => Detector) =>
  () =>
  () => ({ encoding, confidence: 1, language: null });

describe("the encoding is", () => {
  it("that of the byte order mark before all else", async () => {
    expect(await read("text/html; charset=koi8-r", "\xef\xbb\xbf\xc3\xa9")).toBe("é");
    expect(await read("text/html; charset=koi8-r", "\xfe\xff\0\xe9")).toBe("é");
    expect(await read(null, "\xff\xfe\xe9\0", { fallback: "klingon" })).toBe("é");
  });

  it("that of the header", async () => {
    expect(await read("text/html; charset=koi8-r", "<meta charset=gbk>\xe1")).toBe("<meta charset=gbk>А");
    expect(await read("text/plain; charset=latin1", "\x80")).toBe("€");
    expect(await read("text/plain; charset=latin1", "\x80", { labels: "python" })).toBe("\x80");
  });

  it("that which the markup declares", async () => {
    expect(await read("text/html", '<meta charset="koi8-r">\xe1')).toBe('<meta charset="koi8-r">А');
    expect(await read("text/html; charset=klingon", "<meta charset=koi8-r>\xe1")).toBe("<meta charset=koi8-r>А");
    expect(await read(null, '<?xml version="1.0" encoding="koi8-r"?>\xe1')).toMatch(/А$/);
  });

  it("the one that is guessed", async () => {
    expect(await read("text/plain", "\xe1", { detector: found("KOI8-R") })).toBe("А");
    expect(await read("text/html", "<meta charset=klingon>\xe1", { detector: found("KOI8-R") })).toMatch(/А$/);
    expect(await read("text/plain", encode(samples[5]!.text, "cp866"), { detector: loadDetector })).toBe(
      samples[5]!.text,
    );
  });

  it("the fallback at last", async () => {
    expect(await read("text/plain", "\xc3\xa9\xe1")).toBe("é\ufffd");
    expect(await read(null, "\xe1", { fallback: "koi8-r" })).toBe("А");
    expect(await read(null, "\xe1", { fallback: "koi8-r", detector: found("klingon") })).toBe("А");
    expect(await read(null, "\xe1", { fallback: "koi8-r", detector: found(null) })).toBe("А");
    await expect(read(null, "\xe1", { fallback: "klingon" })).rejects.toMatchObject({ code: "ERR_OPTION" });
  });
});

it("does not load a detector that it does not need", async () => {
  const detector = () => {
    throw new Error("loaded");
  };
  expect(await read("text/plain; charset=utf-8", "a", { detector })).toBe("a");
});

it("refuses what stands for nothing where that is asked for", async () => {
  await expect(read("text/plain; charset=utf-8", "\xe1", { errors: "strict" })).rejects.toMatchObject({
    code: "ERR_DECODE",
  });
});

it("reads responses", async () => {
  const { text: russian } = samples[5]!;
  const reply = (type: string, content: Uint8Array) =>
    Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${content.length}\r\n\r\n`),
      content,
    ]);
  await using server = await startRawServer([
    reply("text/plain; charset=windows-1251", encode(russian, "windows-1251")),
    reply("text/plain", encode(russian, "koi8-r")),
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=shift_jis\r\nConnection: close\r\n\r\n");
      socket.write(Buffer.from([0x82]));
      socket.end(Buffer.from([0xa0, 0x82, 0xa2]));
    },
  ]);
  await using client = createClient({ adapter: undiciAdapter(), defaults: { baseUrl: server.url } });
  expect(await text(await client.get("/"))).toBe(russian);
  expect(await text(await client.get("/"), { detector: loadDetector })).toBe(russian);
  let streamed = "";
  for await (const piece of decodeStream((await client.get("/")).body, "shift_jis")) streamed += piece;
  expect(streamed).toBe("あい");
});
