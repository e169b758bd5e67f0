import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe } from "./describe.ts";
import type { Answer, Exchange } from "./exchange.ts";
import { json, text } from "./exchange.ts";
import type { Route } from "./router.ts";
import { route } from "./router.ts";

/** A description of the request under a content coding, whatever the client accepts. */
function encoded(exchange: Exchange, flag: string, coding: string, compress: (bytes: Buffer) => Buffer): Answer {
  const plain = json({ ...describe(exchange, ["headers", "method", "origin"]), [flag]: true });
  return {
    headers: [...(plain.headers ?? []), ["Content-Encoding", coding]],
    body: compress(Buffer.from(plain.body as string)),
  };
}

const UTF8_PAGE = `<!doctype html>
<meta charset="utf-8">
<h1>Unicode Demo</h1>
<pre>
∮ E⋅da = Q,  n → ∞, ∑ f(i) = ∏ g(i), ∀x∈ℝ: ⌈x⌉ = −⌊−x⌋
Γνωρίζω ἀπὸ τὴν κόψη
Зарегистрируйтесь сейчас
გთხოვთ ახლავე გაიაროთ რეგისტრაცია
๏ แผ่นดินฮั่นเสื่อมโทรมแสนสังเวช
いろはにほへと ちりぬるを
ᚠᛇᚻ᛫ᛒᛦᚦ᛫ᚠᚱᚩᚠᚢᚱ 🎉 e\u0301
</pre>
`;

/** Routes with content codings and character sets. */
export const encodingRoutes: readonly Route[] = [
  route("GET", "/gzip", (exchange) => encoded(exchange, "gzipped", "gzip", gzipSync)),
  route("GET", "/deflate", (exchange) => encoded(exchange, "deflated", "deflate", deflateSync)),
  route("GET", "/brotli", (exchange) => encoded(exchange, "brotli", "br", brotliCompressSync)),
  route("GET", "/zstd", (exchange) => encoded(exchange, "zstd", "zstd", zstdCompressSync)),
  route("GET", "/encoding/utf8", () => text("text/html; charset=utf-8", UTF8_PAGE)),
];
