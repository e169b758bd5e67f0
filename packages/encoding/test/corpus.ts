/**
 * Tells how often `detect` is right on a corpus laid out as chardet's: a folder for each encoding, `euc-jp` or
 * `iso-8859-7-greek`, with files in it. Run as `pnpm run corpus <folder>`.
 *
 * Right is a detection that gives the text that the folder's encoding gives, or for encodings that are not decoded here one
 * of the same name.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decode, detect, isKnown } from "../src/index.ts";

const [root] = process.argv.slice(2);
if (!root) throw new Error("which folder?");

const labels = "python";
const plain = (name: string) => name.toLowerCase().replace(/[^a-z\d]/g, "");

let all = 0;
let right = 0;
const wrong: string[] = [];
for (const folder of readdirSync(root, { withFileTypes: true })) {
  if (!folder.isDirectory()) continue;
  // What follows an encoding may be a language; "None" holds what is no text.
  const expected = /^none/i.test(folder.name) ? null : folder.name.replace(/(?<=\d.*)-[a-z]{4,}$/, "");
  for (const file of readdirSync(join(root, folder.name), { withFileTypes: true })) {
    if (!file.isFile()) continue;
    const bytes = readFileSync(join(root, folder.name, file.name));
    const { encoding } = detect(bytes);
    all++;
    if (isRight(bytes, expected, encoding)) right++;
    else wrong.push(`${folder.name}/${file.name}: ${encoding}`);
  }
}

function isRight(bytes: Uint8Array, expected: string | null, detected: string | null): boolean {
  if (expected === null || detected === null) return expected === detected;
  if (plain(expected) === plain(detected)) return true;
  if (!isKnown(expected, { labels }) || !isKnown(detected, { labels })) return false;
  return decode(bytes, expected, { labels }) === decode(bytes, detected, { labels });
}

console.log(wrong.join("\n"));
console.log(`${right} of ${all}: ${((right / all) * 100).toFixed(2)} %`);
