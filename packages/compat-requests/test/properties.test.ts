import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cookies, models, structures, utils } from "../src/index.ts";
import { dumps, loads } from "../src/python/json.ts";
import { urlencode, urljoin, urlsplit, urlunsplit } from "../src/python/urls.ts";

const text = fc.string({ unit: "grapheme" });
const token = fc.stringMatching(/^[a-z][\w-]{0,8}$/);

describe("what is encoded is read back", () => {
  test("JSON, as any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        const written = dumps(value);
        expect(written).toMatch(/^[\0-\x7f]*$/); // oxlint-disable-line no-control-regex -- ASCII
        expect(loads(written)).toEqual(value);
      }),
    );
  });

  test("a query, as URLSearchParams reads it", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        expect([...new URLSearchParams(urlencode(pairs))]).toEqual(pairs);
      }),
    );
  });

  test("a form, as it was given", async () => {
    const fields = fc.array(fc.tuple(token, text), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fields, fc.uint8Array(), async (pairs, content) => {
        const request = new models.Request("POST", "http://a.test/", {
          data: pairs,
          files: [["file", ["name.bin", content]]],
        });
        const { body, headers } = request.prepare();
        const form = await new Response(body as Uint8Array<ArrayBuffer>, {
          headers: { "content-type": String(headers["Content-Type"]) },
        }).formData();
        const read = [...form].filter(([name, value]) => name !== "file" || typeof value === "string");
        expect(read).toEqual(pairs);
        const file = form.getAll("file").at(-1) as File;
        expect([file.name, new Uint8Array(await file.arrayBuffer())]).toEqual(["name.bin", content]);
      }),
    );
  });

  test("credentials of a URL", () => {
    fc.assert(
      fc.property(text, text, (user, password) => {
        const url = `http://${encodeURIComponent(user)}:${encodeURIComponent(password)}@a.test/`;
        expect(utils.get_auth_from_url(url)).toEqual([user, password]);
      }),
    );
  });
});

describe("for any text", () => {
  test("a URL that was taken apart and put together is the same, and joins to itself", () => {
    const piece = fc.stringMatching(/^[\w.~%!$&'()*+,=:@-]{0,6}$/);
    const part = fc.option(fc.stringMatching(/^[\w.~%!$&'()*+,=:@/?-]{1,8}$/));
    const url = fc
      .tuple(fc.stringMatching(/^[a-z]\w{0,5}$/), fc.array(piece, { maxLength: 3 }), part, part)
      .map(([host, path, query, fragment]) =>
        [
          `http://${host}.test`,
          ...path.map((segment) => `/x${segment}`),
          query === null ? "" : `?${query}`,
          fragment === null ? "" : `#${fragment}`,
        ].join(""),
      );
    fc.assert(
      fc.property(url, (url) => {
        const { scheme, netloc, path, query, fragment } = urlsplit(url);
        expect(urlunsplit(scheme, netloc, path, query, fragment)).toBe(url);
        expect(urljoin("http://base.test/x", url)).toBe(url);
      }),
    );
  });

  test("quoting again changes nothing", () => {
    fc.assert(
      fc.property(text, (path) => {
        const once = utils.requote_uri(`http://a.test/${path}`);
        expect(utils.requote_uri(once)).toBe(once);
        expect(once).toMatch(/^[!-~]*$/);
      }),
    );
  });

  test("the encodings that a page names are those that Python's expressions find", () => {
    const pieces = [
      "<meta",
      "<META ",
      "<?xml",
      "charset=",
      "content=",
      "encoding=",
      '"',
      "'",
      ";",
      ">",
      " ",
      "a",
      "\n",
    ];
    const page = fc.array(fc.constantFrom(...pieces), { maxLength: 16 }).map((list) => list.join(""));
    const expressions = [
      /<meta.*?charset=["']*(.+?)["'>]/gi,
      /<meta.*?content=["']*;?charset=(.+?)["'>]/gi,
      /^<\?xml.*?encoding=["']*(.+?)["'>]/g,
    ];
    fc.assert(
      fc.property(page, (content) => {
        const found = expressions.flatMap((one) => Array.from(content.matchAll(one), (match) => match[1]));
        expect(utils.get_encodings_from_content(content)).toEqual(found);
      }),
      { numRuns: 2000 },
    );
  });

  test("header parsers take it, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (value) => {
        utils.parse_dict_header(value);
        utils.parse_list_header(value);
        utils.parse_header_links(value);
        utils.get_encoding_from_headers(new structures.CaseInsensitiveDict({ "content-type": value }));
        const jar = new cookies.RequestsCookieJar();
        const response = { info: () => ({ get_all: (name: string) => (name === "Set-Cookie" ? [value] : null) }) };
        jar.extract_cookies(
          response,
          new cookies.MockRequest(new models.Request("GET", "http://a.test/b/c").prepare()),
        );
      }),
    );
  });
});

test("a case-insensitive dictionary behaves as a Map with keys in lower case", () => {
  const key = fc.stringMatching(/^x-[A-Za-z]{1,2}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.option(fc.string()))), (steps) => {
      const dict = new structures.CaseInsensitiveDict();
      const map = new Map<string, string>();
      for (const [name, value] of steps) {
        if (value === null) expect(delete dict[name]).toBe(map.delete(name.toLowerCase()) || true);
        else {
          dict[name] = value;
          map.set(name.toLowerCase(), value);
        }
        expect(dict.get(name.toUpperCase())).toBe(map.get(name.toLowerCase()) ?? null);
      }
      expect([...dict].map((name) => name.toLowerCase()).sort()).toEqual([...map.keys()].sort());
    }),
  );
});
