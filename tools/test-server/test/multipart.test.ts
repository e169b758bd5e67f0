import { describe, expect, test } from "vitest";
import { parseMultipart } from "../src/index.ts";

const TYPE = "multipart/form-data; boundary=b";
const parse = (body: string, type = TYPE): ReturnType<typeof parseMultipart> => parseMultipart(Buffer.from(body), type);
const part = (disposition: string, body = ""): string =>
  `--b\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${body}\r\n--b--`;

describe("parseMultipart()", () => {
  test("reads parts, whatever is around them", () => {
    const body = `preamble\r\n--b  \r\ncontent-DISPOSITION: form-data; name=a\r\nContent-Type: x/y; z\r\n\r\n\r\n--c\r\n\r\n--b\r\nContent-Disposition: form-data; name="b"; filename=""\r\n\r\n\r\n--b--\r\nepilogue`;
    const [a, b] = parse(body);
    expect(a).toMatchObject({ name: "a", filename: undefined, contentType: "x/y; z" });
    expect(a?.body.toString()).toBe("\r\n--c\r\n");
    expect(b).toMatchObject({ name: "b", filename: "", contentType: undefined });
    expect(b?.body).toHaveLength(0);
    expect(parse("--b--")).toEqual([]);
  });

  test.each([
    ['name="a\\"b\\\\c"', 'a"b\\c'],
    ['name="a%22b%0D%0A"', 'a"b\r\n'],
    ['name="100%25; x=1"', "100%25; x=1"],
    ['name="ü"', "ü"],
  ])("a name: %s", (disposition, name) => {
    expect(parse(part(disposition))[0]?.name).toBe(name);
  });

  test.each([
    ['filename="C:\\dir\\f.txt"', "C:\\dir\\f.txt"],
    ["filename*=UTF-8''%e2%82%ac.txt; filename=x", "€.txt"],
    ["filename*=iso-8859-1'en'%FC", "ü"],
  ])("a file name: %s", (disposition, filename) => {
    expect(parse(part(`name=a; ${disposition}`))[0]?.filename).toBe(filename);
  });

  test("quoted boundaries", () => {
    expect(parse("--x y:--", 'multipart/form-data; boundary="x y:"')).toEqual([]);
  });

  test.each([
    ["--b--", "multipart/form-data", "without a boundary"],
    ["", TYPE, "closing delimiter"],
    ["--b\r\nContent-Disposition: form-data; name=a\r\n\r\nabc", TYPE, "closing delimiter"],
    ["--bx\r\n\r\n--b--", TYPE, "malformed delimiter"],
    ["--b\r\nno empty line\r\n--b--", TYPE, "without an empty line"],
    ["--b\r\n\r\nx\r\n--b--", TYPE, "without a name"],
  ])("malformed: %j", (body, type, message) => {
    expect(() => parse(body, type)).toThrow(message);
  });
});
