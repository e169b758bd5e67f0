import type { Body } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import { entries, type Form } from "./form.ts";
import { webLayout, type Layout } from "./layout.ts";
import { refuse } from "./refuse.ts";

/** How far an upload has come, in bytes of the body. */
export interface Progress {
  /** Handed to the transport. */
  sent: number;
  /** In all, or `undefined` where the length of a part is not known. */
  total: number | undefined;
}

/** How {@link multipart} writes. */
export interface MultipartOptions {
  /** 1 to 70 letters, digits, `-` and `_`. @default 32 hexadecimal digits of the platform's cryptographic random source */
  boundary?: string | undefined;
  /** `requestsLayout` of `@posthaste/multipart/requests`, or one of your own. @default what browsers send */
  layout?: Layout | undefined;
  /** Called whenever the transport has taken a chunk and asks for the next; from 0 again when the body is sent again. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * A `multipart/form-data` body (RFC 7578). It is read part by part while it is sent. Its length is known when that of every
 * part is, and it can be sent again when every part can: text, bytes and `Blob`s can, streams and generators cannot.
 *
 * @throws HttpError `ERR_OPTION` for an invalid boundary; `ERR_HEADER` for the type of a part with CR, LF or NUL, and for
 * headers of a part where the layout has none; `ERR_BODY` for content that cannot be sent and, while it is sent, for a part
 * that gives another number of bytes than its `length`
 * @example
 * ```ts
 * const form = new FormData();
 * form.set("title", "Notes");
 * form.set("file", await openAsBlob("notes.txt"), "notes.txt");
 * const body = multipart(form, { onProgress: ({ sent, total }) => console.log(sent, "of", total) });
 * await client.post("https://example.test/notes", { body });
 * ```
 */
export function multipart(form: Form, options: MultipartOptions = {}): Body {
  const { boundary = randomBoundary(), layout = webLayout, onProgress } = options;
  if (!/^[\w-]{1,70}$/.test(boundary)) refuse("ERR_OPTION", "boundary", boundary);
  const pieces: Body[] = [];
  let text = "";
  for (const piece of layout(entries(form), boundary)) {
    if (typeof piece === "string") text += piece;
    else {
      pieces.push(toBody(text), piece);
      text = "";
    }
  }
  pieces.push(toBody(text));
  const total = pieces.reduce((sum, { length }) => sum + length!, 0) || undefined;
  return {
    length: total,
    replayable: pieces.every((piece) => piece.replayable),
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: onProgress || pieces[1] ? undefined : pieces[0]!.bytes,
    async *open() {
      let sent = 0;
      for (const piece of pieces) {
        // What is not known becomes NaN, which is no wrong length.
        const end = sent + piece.length!;
        for await (const chunk of piece.open()) {
          sent += chunk.length;
          if (sent > end) break;
          yield chunk;
          onProgress?.({ sent, total });
        }
        // Where another part is wrong the other way, nobody else would notice.
        if (sent - end) refuse("ERR_BODY", "length", piece.length);
      }
    },
  };
}

function randomBoundary(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => (byte % 16).toString(16)).join("");
}
