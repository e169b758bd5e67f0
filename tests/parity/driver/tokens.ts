/** A token of Python; lines and indentation are tokens too. */
export type Token =
  | { type: "name" | "number" | "op" | "indent" | "dedent" | "line" | "end"; text: string; at: number }
  | Text;
interface Text {
  type: "string" | "bytes";
  text: string;
  at: number;
}

const pattern =
  /[ \t]+|#[^\n]*|(?<name>[A-Za-z_]\w*)|(?<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?<op>\*\*|==|!=|<=|>=|->|[-+*/%<>=()[\]{},:.])/y;
const literal = /(?<prefix>[bBrR]{0,2})(?<quote>"""|'''|"|')/y;

function unescape(text: string, bytes: boolean): string {
  const simple: Record<string, string> = { n: "\n", r: "\r", t: "\t", 0: "\0", a: "\x07", b: "\b", f: "\f", v: "\v" };
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\n)|(.))/gs,
    (all: string, x?: string, u?: string, U?: string, line?: string, other?: string) => {
      if (x) return String.fromCharCode(Number.parseInt(x, 16));
      if (bytes && (u || U)) return all;
      if (u || U) return String.fromCodePoint(Number.parseInt((u ?? U)!, 16));
      if (line) return "";
      return simple[other!] ?? ("\\'\"".includes(other!) ? other! : all);
    },
  );
}

/** Cuts source text into tokens. @throws SyntaxError with the line */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const indents = [0];
  let at = 0;
  let depth = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} in line ${source.slice(0, at).split("\n").length}`);
  };
  while (at < source.length) {
    if (depth === 0 && (at === 0 || source[at - 1] === "\n")) {
      const [, space, rest] = /^( *)(\n|#[^\n]*(?:\n|$)|)/.exec(source.slice(at))!;
      if (rest || at + space!.length >= source.length) {
        at += space!.length + rest!.length;
        continue;
      }
      at += space!.length;
      if (space!.length > indents.at(-1)!) {
        indents.push(space!.length);
        tokens.push({ type: "indent", text: "indent", at });
      }
      while (space!.length < indents.at(-1)!) {
        indents.pop();
        tokens.push({ type: "dedent", text: "dedent", at });
      }
    }
    if (source[at] === "\n") {
      if (depth === 0) tokens.push({ type: "line", text: "line", at });
      at++;
      continue;
    }
    literal.lastIndex = at;
    const opening = literal.exec(source)?.groups;
    if (opening) {
      const quote = opening["quote"]!;
      const prefix = opening["prefix"]!.toLowerCase();
      const start = at + prefix.length + quote.length;
      let end = start;
      while (end < source.length && !source.startsWith(quote, end)) end += source[end] === "\\" ? 2 : 1;
      const bytes = prefix.includes("b");
      const raw = source.slice(start, end);
      const text = prefix.includes("r") ? raw : unescape(raw, bytes);
      tokens.push({ type: bytes ? "bytes" : "string", text, at });
      at = end + quote.length;
      continue;
    }
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (!match) return fail(`unexpected ${source[at]}`);
    const { name, number, op } = match.groups!;
    if (name) tokens.push({ type: "name", text: name, at });
    else if (number) tokens.push({ type: "number", text: number, at });
    else if (op) {
      if ("([{".includes(op)) depth++;
      if (")]}".includes(op)) depth--;
      tokens.push({ type: "op", text: op, at });
    }
    at += match[0].length;
  }
  for (const _ of indents.slice(1)) tokens.push({ type: "dedent", text: "dedent", at });
  tokens.push({ type: "end", text: "end", at });
  return tokens;
}
