import { multipart, type Form } from "@posthaste/multipart";
import { requestsLayout } from "@posthaste/multipart/requests";
import { describe, expect, test } from "vitest";
import { read } from "./read.ts";

const boundary = "BBBBBBBB";
const write = (form: Form): Promise<string> => read(multipart(form, { boundary, layout: requestsLayout }));

// What requests 2.34.2 with urllib3 2.7.0 returned from RequestEncodingMixin._encode_files, one character a byte.
describe("what requests writes, byte for byte", () => {
  test("fields and a file without a type: no line ending and no type is changed", async () => {
    expect(
      await write([
        ["a", "1\n2\r3\r\n"],
        ["b", ""],
        ["f", { value: "a,b\nc\r\n", filename: "t.csv" }],
      ]),
    ).toBe(
      '--BBBBBBBB\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\n2\r3\r\n\r\n--BBBBBBBB\r\nContent-Disposition: form-data; name="b"\r\n\r\n\r\n--BBBBBBBB\r\nContent-Disposition: form-data; name="f"; filename="t.csv"\r\n\r\na,b\nc\r\n\r\n--BBBBBBBB--\r\n',
    );
  });

  test("types, and an empty one", async () => {
    expect(
      await write([
        ["f", { value: "x", filename: "t.csv", type: "text/csv" }],
        ["g", { value: new Uint8Array([0, 255]), filename: "g.bin", type: "" }],
      ]),
    ).toBe(
      '--BBBBBBBB\r\nContent-Disposition: form-data; name="f"; filename="t.csv"\r\nContent-Type: text/csv\r\n\r\nx\r\n--BBBBBBBB\r\nContent-Disposition: form-data; name="g"; filename="g.bin"\r\n\r\n\x00\xff\r\n--BBBBBBBB--\r\n',
    );
  });

  test("headers: three are overwritten by their exact names, empty ones left out, the order kept", async () => {
    const headers = {
      "X-B": "2",
      "Content-Location": "/l",
      "Content-Disposition": "no",
      "X-Empty": "",
      "content-type": "low",
      "X-A": "1",
      "Content-Type": "up",
    };
    expect(await write({ f: { value: "x", filename: "t.csv", type: "text/csv", headers } })).toBe(
      '--BBBBBBBB\r\nContent-Disposition: form-data; name="f"; filename="t.csv"\r\nContent-Type: text/csv\r\nX-B: 2\r\ncontent-type: low\r\nX-A: 1\r\n\r\nx\r\n--BBBBBBBB--\r\n',
    );
    expect(
      await write({
        f: {
          value: "x",
          filename: "t.csv",
          headers: [
            ["X-A", "1"],
            ["Content-Type", "up"],
          ],
        },
      }),
    ).toBe(
      '--BBBBBBBB\r\nContent-Disposition: form-data; name="f"; filename="t.csv"\r\nX-A: 1\r\n\r\nx\r\n--BBBBBBBB--\r\n',
    );
  });

  test("names: quotes, CR and LF escaped, all else as it is", async () => {
    expect(await write({ 'q"\r\n\\é漢': { value: "x", filename: 'ü"\n\r\\;=€.txt' } })).toBe(
      '--BBBBBBBB\r\nContent-Disposition: form-data; name="q%22%0D%0A\\\xc3\xa9\xe6\xbc\xa2"; filename="\xc3\xbc%22%0A%0D\\;=\xe2\x82\xac.txt"\r\n\r\nx\r\n--BBBBBBBB--\r\n',
    );
    expect(await write({ "100%22": { value: "z", filename: "a%20b" } })).toBe(
      '--BBBBBBBB\r\nContent-Disposition: form-data; name="100%22"; filename="a%20b"\r\n\r\nz\r\n--BBBBBBBB--\r\n',
    );
  });

  test("no file name, and an empty one", async () => {
    expect(await write({ f: { value: Buffer.from("x") }, g: { value: "y", filename: "" } })).toBe(
      '--BBBBBBBB\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n--BBBBBBBB\r\nContent-Disposition: form-data; name="g"; filename=""\r\n\r\ny\r\n--BBBBBBBB--\r\n',
    );
  });

  test("what is not ASCII in fields, a byte order mark included", async () => {
    expect(await write({ ключ: "знач", "e\u{301}": "\u{feff}bom", f: { value: "x", filename: "n" } })).toBe(
      '--BBBBBBBB\r\nContent-Disposition: form-data; name="\xd0\xba\xd0\xbb\xd1\x8e\xd1\x87"\r\n\r\n\xd0\xb7\xd0\xbd\xd0\xb0\xd1\x87\r\n--BBBBBBBB\r\nContent-Disposition: form-data; name="e\xcc\x81"\r\n\r\n\xef\xbb\xbfbom\r\n--BBBBBBBB\r\nContent-Disposition: form-data; name="f"; filename="n"\r\n\r\nx\r\n--BBBBBBBB--\r\n',
    );
  });
});

test("a File brings its name and its type, a stream neither; lengths are known as ever", async () => {
  async function* stream(): AsyncGenerator<string> {
    yield "s";
  }
  const body = multipart(
    { f: new File(["x"], "f.txt", { type: "text/plain" }), s: { value: stream(), length: 1 } },
    { boundary, layout: requestsLayout },
  );
  const expected =
    '--BBBBBBBB\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\nx\r\n--BBBBBBBB\r\nContent-Disposition: form-data; name="s"\r\n\r\ns\r\n--BBBBBBBB--\r\n';
  expect(body.length).toBe(expected.length);
  expect(await read(body)).toBe(expected);
});

test("the boundary is of 32 hexadecimal digits", () => {
  expect(multipart({}, { layout: requestsLayout }).contentType).toMatch(
    /^multipart\/form-data; boundary=[0-9a-f]{32}$/,
  );
});

test.each([
  ["X-A", "1\r\nX-Injected: 1"],
  ["X-A\r\nX-Injected", "1"],
  ["X-A", "\0"],
])("a header that could end its line is refused: %j: %j", (name, value) => {
  expect(() => multipart({ f: { value: "x", headers: [[name, value]] } }, { layout: requestsLayout })).toThrow(
    expect.objectContaining({ code: "ERR_HEADER" }),
  );
});
