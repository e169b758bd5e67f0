import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import type * as Fflate from "fflate";

/** The bytes of one member, or nothing where there is no archive or no such member. */
function memberOf(archive: string, member: string): Uint8Array | undefined {
  if (!statSync(archive, { throwIfNoEntry: false })?.isFile()) return undefined;
  const bytes = readFileSync(archive);
  // The end of central directory record: a file without one is no archive (APPNOTE.TXT §4.3.16).
  if (bytes.lastIndexOf("PK\x05\x06", undefined, "latin1") < 0) return undefined;
  // Loaded when an archive is met, as hardly any program ever does.
  const { unzipSync } = createRequire(import.meta.url)("fflate") as typeof Fflate;
  const members = unzipSync(bytes, { filter: ({ name }) => name === member });
  return Object.hasOwn(members, member) ? members[member] : undefined;
}

/**
 * The path of a copy where `path` names a member of a zip archive, as `"bundle.zip/certs/ca.pem"` does; else `path` itself.
 * The copy is in a folder of its own that only its owner can read; who asked for it deletes it. From requests'
 * `utils.extract_zipped_paths`.
 *
 * @throws Error for a damaged archive, and where the archive cannot be read or the copy not be written
 * @example
 * ```ts
 * session.verify = extract_zipped_paths("bundle.zip/certs/ca.pem");
 * ```
 */
export function extract_zipped_paths(path: string): string {
  if (existsSync(path)) return path;
  let archive = dirname(path);
  let member = basename(path);
  while (!existsSync(archive)) {
    const parent = dirname(archive);
    if (parent === archive) return path;
    member = `${basename(archive)}/${member}`;
    archive = parent;
  }
  const bytes = memberOf(archive, member);
  if (!bytes) return path;
  const copy = join(mkdtempSync(join(tmpdir(), "requests-")), `member${extname(member)}`);
  writeFileSync(copy, bytes, { mode: 0o600 });
  return copy;
}
