import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { OSError } from "./python/builtins.ts";

// The names of platform-node.ts, for browsers and their workers: a machine without files, and with an environment of its own
// that is empty until somebody sets a variable.

/** Whether there are files, so that a path may be wrong. */
export const hasFiles: boolean = false;

/** Whether modules can be loaded while nobody waits, as {@link Response.text} needs it. */
export const loadsAtOnce: boolean = false;

const variables = /* @__PURE__ */ Object.create(null) as Record<string, string | undefined>;

/** The variables of the environment. */
export function environ(): Record<string, string | undefined> {
  return variables;
}

/** Tells of something as Python's `warnings.warn` does: on the console. */
export function warn(text: string, type: string): void {
  console.warn(`${type}: ${text}`);
}

/** Bytes as text, one character each. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  // In slices, for an engine's limit on arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** Text as bytes, as `str.encode("utf-8")`. */
export function utf8(value: string): Uint8Array {
  return encoder.encode(value);
}

/** Bytes of UTF-8 as text; what is none becomes U+FFFD, and a byte order mark stays. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

const hashes = { md5, sha1, sha256, sha512 };

/** The hash of a text's UTF-8, in hexadecimal. */
export function hash(name: "md5" | "sha1" | "sha256" | "sha512", text: string): string {
  return bytesToHex(hashes[name](utf8(text)));
}

/** Whether there is a file or folder. */
export function exists(_path: string): boolean {
  return false;
}

/** Whether there is a folder. */
export function isFolder(_path: string): boolean {
  return false;
}

/** @throws OSError */
export function sizeOf(file: string | number): number {
  throw unreachable(file);
}

/** @throws OSError */
export function readText(path: string): string {
  throw unreachable(path);
}

/** The user's folder. */
export function homeFolder(): string {
  return "";
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Nobody knows: a list would be as large as the rest, and no page can send a jar's cookies to strangers. */
export function publicSuffixOf(_domain: string): string | null {
  return null;
}

/** What a bug report should tell of the platform. */
export function describe(): Record<string, unknown> {
  const { userAgent } = navigator;
  return {
    platform: { system: "browser", release: userAgent, machine: "" },
    implementation: { name: "browser", version: userAgent },
    system_ssl: { version: "" },
  };
}

/** Writes a file whole or not at all: in a browser there is none. @throws OSError */
export function atomic_open(filename: string, _write: (fd: number) => void): void {
  throw unreachable(filename);
}

/** The path of a copy where `path` names a member of a zip archive: in a browser there is none, and the path comes back. */
export function extract_zipped_paths(path: string): string {
  return path;
}

function unreachable(file: string | number): OSError {
  return new OSError(`A browser lets nobody open files by path or number: ${file}. Give a File or Blob, or bytes.`);
}
