export { createDecoder, decode, decodeStream, type DecodeOptions, type Decoder } from "./decode.ts";
export { detect, loadDetector, type Detection, type Detector } from "./detect.ts";
export { isKnown, type LabelOptions } from "./labels.ts";
export { charsetOf, declaredIn, markOf } from "./sniff.ts";
export { loadTables } from "./tables.ts";
export { text, type TextOptions } from "./text.ts";
