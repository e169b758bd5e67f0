import type { HttpResponse } from "@posthaste/core";
import {
  charsetOf,
  createDecoder,
  declaredIn,
  decode,
  decodeStream,
  detect,
  isKnown,
  loadDetector,
  loadTables,
  markOf,
  text,
  type DecodeOptions,
  type Decoder,
  type Detection,
  type Detector,
  type LabelOptions,
  type TextOptions,
} from "@posthaste/encoding";
import { expectTypeOf } from "vitest";

declare const response: HttpResponse;
declare const bytes: Uint8Array;

expectTypeOf(text).parameter(0).toExtend<Pick<HttpResponse, "headers">>();
expectTypeOf(text(response, { detector: loadDetector, fallback: "koi8-r" })).resolves.toBeString();
void text(response, { detector: () => (given) => ({ encoding: "ascii", confidence: given.length, language: null }) });
// @ts-expect-error -- a detector comes from a function, so that it is loaded only when needed
void text(response, { detector: true });
// @ts-expect-error -- a text has no headers
void text("text");

expectTypeOf(decode(bytes, "utf-8", { errors: "strict", labels: "python" })).toBeString();
// @ts-expect-error -- Python's other ways with errors are not there
decode(bytes, "utf-8", { errors: "ignore" });
// @ts-expect-error -- these are all
decode(bytes, "utf-8", { labels: "iana" });
// @ts-expect-error -- a text is decoded already
decode("text", "utf-8");

expectTypeOf(createDecoder("utf-8")).toEqualTypeOf<Decoder>();
expectTypeOf(createDecoder("utf-8").decode(bytes, { final: true })).toBeString();
expectTypeOf(decodeStream(response.body, "utf-8")).toExtend<AsyncIterable<string>>();
expectTypeOf(decodeStream([bytes], "utf-8")).toExtend<AsyncIterable<string>>();

expectTypeOf(isKnown("utf-8", { labels: "whatwg" })).toBeBoolean();
// @ts-expect-error -- errors have no part in it
isKnown("utf-8", { errors: "strict" });

expectTypeOf(detect(bytes)).toEqualTypeOf<Detection>();
expectTypeOf(loadDetector).returns.resolves.toEqualTypeOf<Detector>();
expectTypeOf(loadTables).returns.resolves.toBeVoid();
expectTypeOf(charsetOf(null)).toEqualTypeOf<string | undefined>();
expectTypeOf(declaredIn(bytes)).toEqualTypeOf<string | undefined>();
expectTypeOf(markOf(bytes)).toEqualTypeOf<"UTF-8-SIG" | "UTF-16" | "UTF-32" | undefined>();
expectTypeOf<TextOptions>().toExtend<DecodeOptions>();
expectTypeOf<DecodeOptions>().toExtend<LabelOptions>();
