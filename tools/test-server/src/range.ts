import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "./exchange.ts";

/** Serves bytes with support for one range (RFC 9110 §14); a list of ranges gets the whole. */
export function rangeAnswer(content: Buffer, etag: string, headers: IncomingHttpHeaders): Answer {
  const common = [
    ["Content-Type", "application/octet-stream"],
    ["ETag", etag],
    ["Accept-Ranges", "bytes"],
  ] as const;
  const ifRange = headers["if-range"];
  const wanted = ifRange === undefined || ifRange === etag ? parseRange(headers.range, content.length) : undefined;
  if (wanted === undefined) return { headers: common, body: content };
  if (wanted === "unsatisfiable")
    return { status: 416, headers: [...common, ["Content-Range", `bytes */${content.length}`]] };
  const [first, last] = wanted;
  return {
    status: 206,
    headers: [...common, ["Content-Range", `bytes ${first}-${last}/${content.length}`]],
    body: content.subarray(first, last + 1),
  };
}

function parseRange(value: string | undefined, size: number): readonly [number, number] | "unsatisfiable" | undefined {
  const [, from, to] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(value ?? "") ?? [];
  if (from === undefined || to === undefined || from + to === "") return undefined;
  if (from === "") return Number(to) === 0 ? "unsatisfiable" : [Math.max(0, size - Number(to)), size - 1];
  if (to !== "" && Number(to) < Number(from)) return undefined; // invalid, so ignored
  if (Number(from) >= size) return "unsatisfiable";
  return [Number(from), to === "" ? size - 1 : Math.min(Number(to), size - 1)];
}
