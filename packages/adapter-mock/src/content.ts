import type { Redactor } from "./redact.ts";

/** Bytes as JSON can hold them. */
export interface TextContent {
  text: string;
  encoding?: "base64";
}

/**
 * Text where the bytes are UTF-8 and their type does not say otherwise, base64 where they are not. Secrets are hidden either way.
 */
export function fromBytes(bytes: Uint8Array, contentType: string, redactor: Redactor): TextContent {
  const text = isForeign(contentType) ? undefined : utf8(bytes);
  if (text !== undefined) return { text: redactor.body(text, contentType) };
  // Each byte a character: names in ASCII are found in most charsets, and between the files of a form.
  const binary = toBinary(bytes);
  return { text: btoa(redactor.body(binary, contentType)), encoding: "base64" };
}

/** The bytes of what was kept. */
export function toBytes({
  text = "",
  encoding,
}: {
  text?: string | undefined;
  encoding?: string | undefined;
}): Uint8Array {
  if (encoding !== "base64") return new TextEncoder().encode(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Whether a type names a charset that is not UTF-8. */
export function isForeign(contentType: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1];
  return charset !== undefined && !/^utf-?8$/i.test(charset);
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A character for each byte. */
export function toBinary(bytes: Uint8Array): string {
  let binary = "";
  // In pieces, for a function takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return binary;
}
