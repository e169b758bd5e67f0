import { multipart, type FieldValue } from "@posthaste/multipart";
import { requestsLayout } from "@posthaste/multipart/requests";
import { parseMultipart } from "@posthaste/test-server";
import fc from "fast-check";
import { expect, test } from "vitest";
import { read } from "./read.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
const name = fc.string({
  unit: fc.constantFrom("a", '"', "\r", "\n", "%", ";", "=", " ", "é", "漢", "🎉"),
  maxLength: 8,
});
const escaped = (text: string): string => text.replace(/["\r\n]/g, (character) => encodeURIComponent(character));

/** A field, and what is to come out of it in the layout of requests. */
const field = fc.oneof(
  fc.string().map((text) => ({
    value: text as FieldValue,
    filename: undefined as string | undefined,
    content: Buffer.from(text),
  })),
  fc.record({ content: bytes, filename: name, kind: fc.nat(4) }).map(({ content, filename, kind }) => {
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (const byte of content) yield Uint8Array.of(byte);
    }
    const value = [
      new File([Uint8Array.from(content)], filename),
      { value: content, filename },
      { value: stream(), filename },
      { value: stream(), filename, length: content.length },
      { value: [content.subarray(0, 3), content.subarray(3)], filename, length: content.length },
    ][kind] as FieldValue;
    return { value, filename, content: Buffer.from(content) };
  }),
);

test("what is written in either layout is what a server reads, and the length is right", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, field), { maxLength: 6 }), fc.boolean(), async (fields, isWeb) => {
      const body = multipart(
        fields.map(([key, { value }]) => [key, value] as const),
        isWeb ? {} : { layout: requestsLayout },
      );
      const written = Buffer.from(await read(body), "latin1");
      if (body.length !== undefined) expect(written.length).toBe(body.length);
      const lines = (text: string): string => (isWeb ? text.replace(/\r\n?|\n/g, "\r\n") : text);
      expect(written.toString("latin1").endsWith("--\r\n")).toBe(true);
      // The server takes the escapes back, so a name with a percent sign of its own is not what it was.
      const unescaped = (text: string): string => escaped(text).replace(/%(22|0D|0A)/g, decodeURIComponent);
      expect(
        parseMultipart(written, body.contentType!).map((part) => [
          part.name,
          part.filename,
          part.body.toString("latin1"),
        ]),
      ).toEqual(
        fields.map(([key, { filename, content }]) => [
          unescaped(lines(key)),
          filename === undefined ? undefined : unescaped(filename),
          filename === undefined
            ? Buffer.from(lines(content.toString())).toString("latin1")
            : content.toString("latin1"),
        ]),
      );
    }),
  );
});
