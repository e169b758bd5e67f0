import { Readable } from "node:stream";
import { HttpError, type Body } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import { multipart, type Form, type Layout } from "@posthaste/multipart";
import { describe, expect, test } from "vitest";
import { chunks, read, utf8 } from "./read.ts";

const boundary = "B";
const write = (form: Form): Promise<string> => read(multipart(form, { boundary }));

async function* stream(...pieces: string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** What a sending rejects with. */
async function failure(body: Body): Promise<HttpError> {
  const error: unknown = await read(body).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HttpError);
  return error as HttpError;
}

const part = (disposition: string, type: string, content: string): string =>
  `--B\r\nContent-Disposition: form-data; ${disposition}\r\n${type && `Content-Type: ${type}\r\n`}\r\n${content}\r\n`;
const END = "--B--\r\n";

describe("the layout of browsers", () => {
  test("fields, files and Blobs of a FormData", async () => {
    const form = new FormData();
    form.append("a", "1");
    form.append("file", new File(["<p>"], "p.html", { type: "text/html" }));
    form.append("blob", new Blob(["x"]));
    form.append("a", "2");
    const body = multipart(form, { boundary });
    const expected =
      part('name="a"', "", "1") +
      part('name="file"; filename="p.html"', "text/html", "<p>") +
      part('name="blob"; filename="blob"', "application/octet-stream", "x") +
      part('name="a"', "", "2") +
      END;
    expect(await read(body)).toBe(expected);
    expect(body.length).toBe(expected.length);
    expect(body.contentType).toBe("multipart/form-data; boundary=B");
    expect(body.replayable).toBe(true);
  });

  test("is what the platform's own encoder writes", async () => {
    const form = new FormData();
    form.append('n\r"\n\r\n%é', "a\nb\rc\r\nd\n\re\u{feff}漢");
    form.append("file", new File(["a\nb"], 'ü"\r\n.txt', { type: "text/plain" }));
    form.append("empty", "");
    const response = new Response(form);
    const itsOwn = response.headers.get("content-type")!.split("boundary=")[1]!;
    const written = Buffer.from(await response.arrayBuffer()).toString("latin1");
    // Node 22.19 leaves out the last line end.
    expect(await read(multipart(form, { boundary: "x" }))).toBe(`${written.replaceAll(itsOwn, "x").trimEnd()}\r\n`);
  });

  test("line endings of names and values, but not of files", async () => {
    expect(await write([["a\nb\rc\r\nd", "1\n2\r3\r\n4\n\r"]])).toBe(
      part('name="a%0D%0Ab%0D%0Ac%0D%0Ad"', "", "1\r\n2\r\n3\r\n4\r\n\r\n") + END,
    );
    expect(await write({ f: new File(["1\n2\r"], "a\nb\r") })).toBe(
      part('name="f"; filename="a%0Ab%0D"', "application/octet-stream", "1\n2\r") + END,
    );
  });

  test("quotes, percents, semicolons and what is not ASCII in names", async () => {
    expect(await write({ 'a"%22\\;=é漢🎉': new File(["x"], 'ü"%.txt') })).toBe(
      part(utf8('name="a%22%22\\;=é漢🎉"; filename="ü%22%.txt"'), "application/octet-stream", "x") + END,
    );
  });

  test("a byte order mark at the start of a value stays", async () => {
    expect(await write({ a: "\u{feff}1", b: "\u{feff}" })).toBe(
      part('name="a"', "", utf8("\u{feff}1")) + part('name="b"', "", utf8("\u{feff}")) + END,
    );
  });

  test("each kind of content", async () => {
    const form: Form = {
      text: "t",
      number: 1.5,
      big: 10n,
      truth: false,
      none: null,
      missing: undefined,
      bytes: Buffer.from("b"),
      view: new Uint16Array([0x4142]),
      buffer: new Uint8Array([67]).buffer,
      query: new URLSearchParams({ a: "ü" }),
      web: new Response("w").body!,
      node: Readable.from([Buffer.from("n")]),
      generator: stream("g", "h"),
      body: toBody("o"),
      list: ["x", new Blob(["y"]), null, { value: "z" }],
      named: { value: "v", filename: "v.txt" },
      typed: { value: "{}", type: "application/json" },
      chunks: { value: ["1", Buffer.from("2")], filename: "c", type: "a/b" },
    };
    const file = (name: string, content: string): string =>
      part(`name="${name}"; filename="blob"`, "application/octet-stream", content);
    const body = multipart(form, { boundary });
    expect(body.length).toBeUndefined();
    expect(body.replayable).toBe(false);
    expect(await read(body)).toBe(
      part('name="text"', "", "t") +
        part('name="number"', "", "1.5") +
        part('name="big"', "", "10") +
        part('name="truth"', "", "false") +
        file("bytes", "b") +
        file("view", "BA") +
        file("buffer", "C") +
        file("query", "a=%C3%BC") +
        file("web", "w") +
        file("node", "n") +
        file("generator", "gh") +
        file("body", "o") +
        part('name="list"', "", "x") +
        file("list", "y") +
        part('name="list"', "", "z") +
        part('name="named"; filename="v.txt"', "application/octet-stream", "v") +
        part('name="typed"; filename="blob"', "application/json", "{}") +
        part('name="chunks"; filename="c"', "a/b", "12") +
        END,
    );
  });

  test("pairs keep their order and repeat names; so does a Map", async () => {
    const expected = part('name="b"', "", "1") + part('name="a"', "", "2") + part('name="b"', "", "3") + END;
    expect(
      await write([
        ["b", "1"],
        ["a", "2"],
        ["b", "3"],
      ]),
    ).toBe(expected);
    expect(await write(new Map([["b", "1"]]))).toBe(part('name="b"', "", "1") + END);
  });

  test("files and forms of other libraries", async () => {
    const file = { name: "l.bin", size: 2, type: "x/y", stream: () => stream("l", "m") };
    const form = {
      *[Symbol.iterator]() {
        yield ["f", file] as const;
      },
    };
    const body = multipart(form, { boundary });
    const expected = part('name="f"; filename="l.bin"', "x/y", "lm") + END;
    expect(body.length).toBe(expected.length);
    expect(await read(body)).toBe(expected);
    expect(await read(body)).toBe(expected);
  });

  test("a form without a part", async () => {
    expect(await write({})).toBe(END);
  });

  test("what is given for a part wins over what a File says", async () => {
    const value = new File(["x"], "a.txt", { type: "text/plain" });
    expect(await write({ f: { value, filename: "b.txt", type: "text/csv" } })).toBe(
      part('name="f"; filename="b.txt"', "text/csv", "x") + END,
    );
    expect(await write({ f: { value, type: "" } })).toBe(
      part('name="f"; filename="a.txt"', "application/octet-stream", "x") + END,
    );
  });
});

describe("length", () => {
  test("is known when each part's is", async () => {
    const known = multipart({
      a: "ü",
      f: { value: stream("12", "345"), filename: "f", length: 5 },
      b: new Blob(["xyz"]),
    });
    expect(known.length).toBe((await read(known)).length);
    expect(multipart({ a: "1", f: stream("x"), b: { value: stream("y"), length: 1 } }).length).toBeUndefined();
    expect(multipart({ f: { value: stream(), length: 0 } }).length).toBe(multipart({ f: new Uint8Array() }).length);
  });

  test.each([
    { length: 4, pieces: ["12", "345"] },
    { length: 6, pieces: ["12", "345"] },
    { length: 0, pieces: ["1"] },
    { length: 1, pieces: [] },
  ])("a part that is not of its length, $length, fails the upload", async ({ length, pieces }) => {
    const body = multipart({ f: { value: stream(...pieces), length } });
    const error = await failure(body);
    expect(error.code).toBe("ERR_BODY");
    expect(error.message).toContain(String(length));
  });

  test("no byte beyond a part's length is given, and its stream is left", async () => {
    let left = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from("x");
      } finally {
        left = true;
      }
    }
    const given: string[] = [];
    const body = multipart({ f: { value: endless(), filename: "f", length: 3 } }, { boundary });
    await expect(
      (async () => {
        for await (const chunk of body.open()) given.push(Buffer.from(chunk).toString());
      })(),
    ).rejects.toThrow(HttpError);
    expect(given.slice(1)).toEqual(["x", "x", "x"]);
    expect(left).toBe(true);
  });
});

describe("replay", () => {
  test("text, bytes, Blobs and bodies that can be opened anew can be sent again", async () => {
    const opened: string[] = [];
    const value: Body = {
      length: 1,
      replayable: true,
      open: () => {
        opened.push("open");
        return stream("o");
      },
    };
    const body = multipart({ a: "1", b: Buffer.from("2"), c: new Blob(["3"]), d: value });
    expect(body.replayable).toBe(true);
    expect(opened).toEqual([]);
    expect(await read(body)).toBe(await read(body));
    expect(opened).toEqual(["open", "open"]);
  });

  test("a body of a class is one, too", async () => {
    class Once implements Body {
      #text = "once";
      readonly replayable = false;
      get length(): number {
        return this.#text.length;
      }
      open(): AsyncIterable<Uint8Array> {
        return stream(this.#text);
      }
    }
    const body = multipart({ f: { value: new Once(), filename: "f" } });
    expect(body.replayable).toBe(false);
    expect(body.length).toBe((await read(body)).length);
  });

  test("a stream or generator cannot, and says so", async () => {
    const body = multipart({ f: stream("x") });
    expect(body.replayable).toBe(false);
    await read(body);
    expect((await failure(body)).code).toBe("ERR_BODY_CONSUMED");
  });
});

describe("streaming", () => {
  test("what is around a part goes out together, its content as it comes", async () => {
    const body = multipart({ a: "1", f: { value: stream("x", "y"), filename: "f" }, b: "2" }, { boundary });
    expect(await chunks(body)).toEqual([
      `${part('name="a"', "", "1")}--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\n`,
      "x",
      "y",
      `\r\n${part('name="b"', "", "2")}${END}`,
    ]);
    expect(body.bytes).toBeUndefined();
  });

  test("a form of text is in memory at once", async () => {
    const body = multipart({ a: "1", b: ["2", "3"] });
    expect(Buffer.from(body.bytes!).toString()).toBe(await read(body));
  });

  test("nothing is read before it is asked for", async () => {
    const asked: string[] = [];
    async function* watched(): AsyncGenerator<Uint8Array> {
      for (const piece of ["x", "y"]) {
        asked.push(piece);
        yield Buffer.from(piece);
      }
    }
    const iterator = multipart({ f: watched() }).open()[Symbol.asyncIterator]();
    await iterator.next();
    expect(asked).toEqual([]);
    await iterator.next();
    expect(asked).toEqual(["x"]);
    await iterator.return?.();
    expect(asked).toEqual(["x"]);
  });

  test("a large chunk passes as it is, its view included", async () => {
    const large = Buffer.alloc(200_000, "0123456789").subarray(5, 190_001);
    const body = multipart({ f: { value: [large], filename: "f" } }, { boundary });
    const [, chunk] = await chunks(body);
    expect(chunk).toBe(large.toString("latin1"));
  });

  test("what goes wrong with a part's stream is what the upload fails with", async () => {
    const wrong = new Error("disk on fire");
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("x");
      throw wrong;
    }
    await expect(read(multipart({ f: broken() }))).rejects.toBe(wrong);
  });

  test("a chunk that is neither bytes nor text fails the upload", async () => {
    const error = await failure(multipart({ f: { value: [1 as never] } }));
    expect(error.code).toBe("ERR_BODY");
  });
});

describe("progress", () => {
  test("counts what was taken, from 0 again for each sending", async () => {
    const seen: unknown[] = [];
    const body = multipart(
      { a: "1", f: { value: ["xx", "yyy"], filename: "f", length: 5 } },
      { boundary, onProgress: (progress) => seen.push(progress) },
    );
    const sizes = (await chunks(body)).map(({ length }) => length);
    const total = body.length;
    const expected = sizes.map((_, at) => ({ sent: sizes.slice(0, at + 1).reduce((sum, size) => sum + size), total }));
    expect(seen).toEqual(expected);
    expect(seen.at(-1)).toEqual({ sent: total, total });
    await read(body);
    expect(seen).toEqual([...expected, ...expected]);
  });

  test("has no total where a part's length is not known, and sees forms of text, too", async () => {
    const totals: unknown[] = [];
    const onProgress = ({ total }: { total: number | undefined }): unknown => totals.push(total);
    await read(multipart({ f: stream("x") }, { onProgress }));
    expect(totals).toEqual([undefined, undefined, undefined]);
    const body = multipart({ a: "1" }, { onProgress });
    expect(body.bytes).toBeUndefined();
    await read(body);
    expect(totals[3]).toBe(body.length);
  });
});

describe("boundary", () => {
  test("is random", () => {
    const all = new Set(Array.from({ length: 50 }, () => multipart({}).contentType!.split("boundary=")[1]));
    expect(all.size).toBe(50);
    for (const one of all) expect(one).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each(["", "a b", "a\r\nX: 1", 'a"', "a;b", "ü", "x".repeat(71)])("%j is refused", (wrong) => {
    expect(() => multipart({}, { boundary: wrong })).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
  });

  test.each(["x", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "x".repeat(70)])("%j is taken", async (right) => {
    expect(await read(multipart({}, { boundary: right }))).toBe(`--${right}--\r\n`);
  });
});

describe("what cannot be sent", () => {
  test.each(["text/plain\r\nX-Injected: 1", "a\nb", "a\0"])("the type %j", (type) => {
    const error = expect.objectContaining({
      code: "ERR_HEADER",
      message: expect.stringContaining(JSON.stringify(type)),
    });
    expect(() => multipart({ f: { value: "x", type } })).toThrow(error);
    expect(() => multipart({ f: { name: "f", size: 1, type, stream: () => stream("x") } })).toThrow(error);
  });

  test("headers of a part", () => {
    expect(() => multipart({ f: { value: "x", headers: { "X-A": "1" } } })).toThrow(
      expect.objectContaining({ code: "ERR_HEADER" }),
    );
  });

  test.each([{}, () => "x"])("%o", (value) => {
    const form = { f: { value } } as unknown as Form;
    expect(() => multipart(form)).toThrow(expect.objectContaining({ code: "ERR_BODY" }));
  });
});

test("a layout of one's own", async () => {
  const layout: Layout = (entries, mark) => [
    ...entries.flatMap(({ name, body }) => [`${mark} ${name}: `, body, "\n"]),
    mark,
  ];
  const body = multipart({ a: "1", b: stream("2") }, { boundary, layout });
  expect(await read(body)).toBe("B a: 1\nB b: 2\nB");
});
