import { HttpError, type Body } from "@posthaste/core";
import { entries, type Form } from "./form.ts";
import { requests, web } from "./layout.ts";

/** How far an upload has come, in bytes of the body. */
export interface Progress {
  /** Handed to the transport. */
  sent: number;
  /** In all, or `undefined` where the length of a part is not known. */
  total: number | undefined;
}

/** How {@link multipart} writes. */
export interface MultipartOptions {
  /** 1 to 70 characters of RFC 2046 §5.1.1. @default 32 hexadecimal characters from the platform's cryptographic random source */
  boundary?: string | undefined;
  /**
   * `"web"` is what browsers send for a `FormData`; `"requests"` is what Python's requests sends, byte for byte: values
   * as they are, no Content-Type but a given one, parts may have further headers. @default "web"
   */
  layout?: "web" | "requests" | undefined;
  /** Called after each chunk that the transport took; starts at 0 again when the body is sent again. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Pieces are put together up to this size, and sent as they are from it on. */
const small = 65_536;

/**
 * Makes a `multipart/form-data` body (RFC 7578). It streams, in constant memory; its length is known when that of every
 * part is, and it can be sent again when every part can.
 *
 * @throws HttpError `ERR_OPTION` for a boundary that is none; `ERR_HEADER` for a part's type or header with a line ending;
 * `ERR_BODY` for content that cannot be sent, and, while it is sent, for a part whose content is not of its given length
 * @example
 * ```ts
 * const form = new FormData();
 * form.set("avatar", await openAsBlob("me.png"), "me.png");
 * await client.post("https://example.test/profile", { body: multipart(form) });
 * ```
 */
export function multipart(form: Form, options: MultipartOptions = {}): Body {
  const { boundary = randomBoundary(), layout = "web", onProgress } = options;
  if (!/^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary)) throw new HttpError("ERR_OPTION", "invalid boundary");
  const pieces = merge((layout === "web" ? web : requests)(entries(form), boundary));
  const length = pieces.reduce<number | undefined>((sum, piece) => sum! + piece.length!, 0);
  const total = Number.isNaN(length) ? undefined : length;
  return {
    length: total,
    replayable: pieces.every((piece) => piece instanceof Uint8Array || piece.replayable),
    contentType: `multipart/form-data; boundary=${/[^\w'+.-]/.test(boundary) ? `"${boundary}"` : boundary}`,
    bytes: pieces.length === 1 && pieces[0] instanceof Uint8Array && !onProgress ? pieces[0] : undefined,
    async *open() {
      let sent = 0;
      for (const piece of pieces) {
        for await (const chunk of piece instanceof Uint8Array ? [piece] : exactly(piece)) {
          yield chunk;
          sent += chunk.length;
          onProgress?.({ sent, total });
        }
      }
    },
  };
}

function randomBoundary(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Puts small pieces that are in memory together, so that they go out in one write. */
function merge(pieces: Iterable<Uint8Array | Body>): (Uint8Array | Body)[] {
  const merged: (Uint8Array | Body)[] = [];
  let run = new Uint8Array(small);
  let used = 0;
  const flush = (): void => {
    if (used) merged.push(run.slice(0, used));
    used = 0;
  };
  for (const piece of pieces) {
    const bytes = piece instanceof Uint8Array ? piece : piece.bytes;
    if (!bytes || used + bytes.length > small) flush();
    if (!bytes || bytes.length > small) merged.push(bytes ?? piece);
    else {
      run.set(bytes, used);
      used += bytes.length;
    }
  }
  flush();
  return merged;
}

/** The content of a part, checked against its length: a wrong one would shift every part behind it. */
async function* exactly({ length, ...body }: Body): AsyncGenerator<Uint8Array> {
  let given = 0;
  for await (const chunk of body.open()) {
    given += chunk.length;
    if (given > length!) break;
    yield chunk;
  }
  if (length !== undefined && given !== length) {
    throw new HttpError("ERR_BODY", `a part's content is not of its length ${length}`, { phase: "send" });
  }
}
