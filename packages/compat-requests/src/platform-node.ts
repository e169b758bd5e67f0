import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createRequire } from "node:module";
import { arch, homedir, platform, release } from "node:os";
import { basename, dirname, join } from "node:path";
import type * as Tldts from "tldts";

// What only Node has, or has quicker than a browser; platform-browser.ts has the same names. `#platform` is one of the two.

export { extract_zipped_paths } from "./utils-zip.ts";

/** Whether there are files, so that a path may be wrong. */
export const hasFiles: boolean = true;

/** Whether modules can be loaded while nobody waits, as {@link Response.text} needs it. */
export const loadsAtOnce: boolean = true;

/** The variables of the environment. */
export function environ(): Record<string, string | undefined> {
  return process.env;
}

/** Tells of something as Python's `warnings.warn` does: once on stderr, through Node's own warnings. */
export function warn(text: string, type: string): void {
  process.emitWarning(text, type);
}

/** Bytes as text, one character each. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Text as bytes, as `str.encode("utf-8")`. */
export function utf8(value: string): Uint8Array {
  return Buffer.from(value, "utf8");
}

/** Bytes of UTF-8 as text; what is none becomes U+FFFD, and a byte order mark stays. */
export function fromUtf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** The hash of a text's UTF-8, in hexadecimal. */
export function hash(name: "md5" | "sha1" | "sha256" | "sha512", text: string): string {
  return createHash(name).update(text).digest("hex");
}

/** Whether there is a file or folder. */
export function exists(path: string): boolean {
  return existsSync(path);
}

/** Whether there is a folder. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Bytes of a file, by its path or number. */
export function sizeOf(file: string | number): number {
  return (typeof file === "number" ? fstatSync(file) : statSync(file)).size;
}

/** A file's text. */
export function readText(path: string): string {
  return readFileSync(path, "utf8");
}

/** The user's folder. */
export function homeFolder(): string {
  return homedir();
}

/** The last part of a path. */
export function baseName(path: string): string {
  return basename(path);
}

let getPublicSuffix: typeof Tldts.getPublicSuffix | undefined;

/** The part of a domain under which anybody may register a name. The list is loaded when it is asked for the first time. */
export function publicSuffixOf(domain: string): string | null {
  getPublicSuffix ??= (createRequire(import.meta.url)("tldts") as typeof Tldts).getPublicSuffix;
  return getPublicSuffix(domain, { allowPrivateDomains: true });
}

/** What a bug report should tell of the platform. */
export function describe(): Record<string, unknown> {
  return {
    platform: { system: platform(), release: release(), machine: arch() },
    implementation: { name: "Node.js", version: process.versions.node },
    system_ssl: { version: process.versions.openssl },
  };
}

/** Writes a file whole or not at all: `write` gets a file descriptor, and what it wrote takes the file's place. */
export function atomic_open(filename: string, write: (fd: number) => void): void {
  const folder = mkdtempSync(join(dirname(filename), ".atomic-"));
  const temporary = join(folder, "file");
  try {
    const fd = openSync(temporary, "w");
    try {
      write(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, filename);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
