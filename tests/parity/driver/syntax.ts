import { type Token, tokenize } from "./tokens.ts";

/** The part of Python that the cases are written in, as a tree. */
export type Expression =
  | { kind: "constant"; value: string | number | boolean | null | Uint8Array }
  | { kind: "name"; name: string }
  | { kind: "list"; items: Expression[] }
  | { kind: "dict"; items: [Expression | null, Expression][] }
  | { kind: "attribute"; of: Expression; name: string }
  | { kind: "item"; of: Expression; key: Expression }
  | { kind: "slice"; of: Expression; from: Expression | null; to: Expression | null }
  | { kind: "call"; callee: Expression; args: Argument[] }
  | { kind: "binary"; operator: string; left: Expression; right: Expression }
  | { kind: "not" | "minus"; value: Expression }
  | { kind: "choice"; test: Expression; yes: Expression; no: Expression }
  | { kind: "lambda"; params: Parameter[]; body: Expression }
  | { kind: "comprehension"; item: Expression; target: Expression; of: Expression; test: Expression | null };

export interface Argument {
  /** `*` and `**` spread; a name makes a keyword of it; `null` leaves it positional. */
  name: string | null;
  value: Expression;
}

export interface Parameter {
  name: string;
  kind: "plain" | "*" | "**";
  fallback: Expression | null;
}

export type Statement =
  | { kind: "expression"; value: Expression }
  | { kind: "assign"; target: Expression; value: Expression }
  | { kind: "delete"; target: Expression }
  | { kind: "return" | "raise"; value: Expression | null }
  | { kind: "if"; test: Expression; body: Statement[]; otherwise: Statement[] }
  | { kind: "for"; target: Expression; of: Expression; body: Statement[] }
  | { kind: "with"; value: Expression; as: Expression | null; body: Statement[] }
  | { kind: "def"; name: string; params: Parameter[]; body: Statement[] }
  | { kind: "class"; name: string; base: Expression | null; body: Statement[] }
  | { kind: "break" | "continue" | "pass" };

const comparisons = new Set(["==", "!=", "<", ">", "<=", ">=", "in", "not in", "is", "is not"]);
const reserved = new Set(["if", "else", "for", "in", "and", "or", "not", "is", "lambda"]);

class Parser {
  readonly #source: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  module(): Statement[] {
    const body: Statement[] = [];
    while (this.#token.type !== "end") body.push(this.#statement());
    return body;
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(text: string): boolean {
    const { type, text: found } = this.#token;
    if (found !== text || type === "string" || type === "bytes") return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail(`${text} expected`);
  }

  #fail(what: string): never {
    const line = this.#source.slice(0, this.#token.at).split("\n").length;
    throw new SyntaxError(`${what} before ${this.#token.text} in line ${line}`);
  }

  #word(): string {
    const { type, text } = this.#token;
    if (type !== "name") this.#fail("a name expected");
    this.#next++;
    return text;
  }

  #block(): Statement[] {
    this.#expect(":");
    if (!this.#take("line")) return [this.#statement()];
    this.#expect("indent");
    const body: Statement[] = [];
    while (!this.#take("dedent")) body.push(this.#statement());
    return body;
  }

  #statement(): Statement {
    if (this.#take("def")) {
      const name = this.#word();
      this.#expect("(");
      return { kind: "def", name, params: this.#params(")"), body: this.#block() };
    }
    if (this.#take("class")) {
      const name = this.#word();
      let base: Expression | null = null;
      if (this.#take("(") && !this.#take(")")) {
        base = this.#expression();
        this.#expect(")");
      }
      return { kind: "class", name, base, body: this.#block() };
    }
    if (this.#take("if")) return this.#if();
    if (this.#take("for")) {
      const target = this.#targets();
      this.#expect("in");
      const of = this.#expression();
      return { kind: "for", target, of, body: this.#block() };
    }
    if (this.#take("with")) {
      const value = this.#expression();
      const as = this.#take("as") ? this.#atom() : null;
      return { kind: "with", value, as, body: this.#block() };
    }
    const statement = this.#simple();
    this.#expect("line");
    return statement;
  }

  #if(): Statement {
    const test = this.#expression();
    const body = this.#block();
    if (this.#take("elif")) return { kind: "if", test, body, otherwise: [this.#if()] };
    return { kind: "if", test, body, otherwise: this.#take("else") ? this.#block() : [] };
  }

  #simple(): Statement {
    for (const kind of ["break", "continue", "pass"] as const) if (this.#take(kind)) return { kind };
    for (const kind of ["return", "raise"] as const) {
      if (this.#take(kind)) return { kind, value: this.#token.type === "line" ? null : this.#expressions() };
    }
    if (this.#take("del")) return { kind: "delete", target: this.#postfix() };
    const value = this.#expressions();
    return this.#take("=")
      ? { kind: "assign", target: value, value: this.#expressions() }
      : { kind: "expression", value };
  }

  /** One expression, or several with commas between them: a tuple. */
  #expressions(): Expression {
    const first = this.#expression();
    if (this.#token.text !== "," || this.#token.type !== "op") return first;
    const items = [first];
    while (this.#take(",")) items.push(this.#expression());
    return { kind: "list", items };
  }

  #targets(): Expression {
    const items = [this.#postfix()];
    while (this.#take(",")) items.push(this.#postfix());
    return items.length === 1 ? items[0]! : { kind: "list", items };
  }

  #params(end: string): Parameter[] {
    const params: Parameter[] = [];
    while (!this.#take(end)) {
      const kind = this.#take("**") ? "**" : this.#take("*") ? "*" : "plain";
      const name = this.#word();
      params.push({ name, kind, fallback: this.#take("=") ? this.#expression() : null });
      if (!this.#take(",") && this.#token.text !== end) this.#fail(`${end} expected`);
    }
    return params;
  }

  #expression(): Expression {
    if (this.#take("lambda")) {
      const params = this.#params(":");
      return { kind: "lambda", params, body: this.#expression() };
    }
    const yes = this.#or();
    if (!this.#take("if")) return yes;
    const test = this.#or();
    this.#expect("else");
    return { kind: "choice", test, yes, no: this.#expression() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#take("or")) left = { kind: "binary", operator: "or", left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#take("and")) left = { kind: "binary", operator: "and", left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    return this.#take("not") ? { kind: "not", value: this.#not() } : this.#comparison();
  }

  #comparison(): Expression {
    let left = this.#sum();
    for (;;) {
      let operator = this.#token.text;
      if (this.#token.type !== "op" && this.#token.type !== "name") return left;
      if (operator === "not") {
        if (this.#tokens[this.#next + 1]?.text !== "in") return left;
        this.#next++;
        operator = "not in";
      } else if (operator === "is" && this.#tokens[this.#next + 1]?.text === "not") {
        this.#next++;
        operator = "is not";
      }
      if (!comparisons.has(operator)) return left;
      this.#next++;
      left = { kind: "binary", operator, left, right: this.#sum() };
    }
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const operator = this.#token.text;
      if (!this.#take("+") && !this.#take("-")) return left;
      left = { kind: "binary", operator, left, right: this.#product() };
    }
  }

  #product(): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = this.#token.text;
      if (!this.#take("*") && !this.#take("/") && !this.#take("%")) return left;
      left = { kind: "binary", operator, left, right: this.#unary() };
    }
  }

  #unary(): Expression {
    return this.#take("-") ? { kind: "minus", value: this.#unary() } : this.#postfix();
  }

  #postfix(): Expression {
    let value = this.#atom();
    for (;;) {
      if (this.#take(".")) value = { kind: "attribute", of: value, name: this.#word() };
      else if (this.#take("(")) value = { kind: "call", callee: value, args: this.#arguments() };
      else if (this.#take("[")) value = this.#subscript(value);
      else return value;
    }
  }

  #subscript(of: Expression): Expression {
    const from = this.#token.text === ":" ? null : this.#expression();
    if (this.#take("]")) return { kind: "item", of, key: from! };
    this.#expect(":");
    const to = this.#token.text === "]" ? null : this.#expression();
    this.#expect("]");
    return { kind: "slice", of, from, to };
  }

  #arguments(): Argument[] {
    const args: Argument[] = [];
    while (!this.#take(")")) {
      let name: string | null = null;
      if (this.#take("**")) name = "**";
      else if (this.#take("*")) name = "*";
      else if (this.#token.type === "name" && this.#tokens[this.#next + 1]?.text === "=") {
        name = this.#word();
        this.#next++;
      }
      const value = this.#expression();
      args.push({ name, value: name === null ? this.#comprehension(value) : value });
      if (!this.#take(",") && this.#token.text !== ")") this.#fail(") expected");
    }
    return args;
  }

  #comprehension(item: Expression): Expression {
    if (!this.#take("for")) return item;
    const target = this.#targets();
    this.#expect("in");
    const of = this.#or();
    return { kind: "comprehension", item, target, of, test: this.#take("if") ? this.#or() : null };
  }

  #atom(): Expression {
    const { type, text } = this.#token;
    if (type === "string" || type === "bytes") {
      let all = "";
      while (this.#token.type === type) {
        all += this.#token.text;
        this.#next++;
      }
      return { kind: "constant", value: type === "bytes" ? new Uint8Array(Buffer.from(all, "latin1")) : all };
    }
    if (type === "number") {
      this.#next++;
      return { kind: "constant", value: Number(text) };
    }
    if (type === "name" && !reserved.has(text)) {
      this.#next++;
      const constants: Record<string, boolean | null> = { True: true, False: false, None: null };
      return Object.hasOwn(constants, text)
        ? { kind: "constant", value: constants[text]! }
        : { kind: "name", name: text };
    }
    if (this.#take("[")) return this.#items("]");
    if (this.#take("{")) return this.#dict();
    if (!this.#take("(")) this.#fail("a value expected");
    const inside = this.#items(")");
    // Parentheses alone make no tuple, a comma does.
    const single = inside.kind === "list" && inside.items.length === 1 && this.#tokens[this.#next - 2]?.text !== ",";
    return single ? inside.items[0]! : inside;
  }

  #items(end: string): Expression {
    const items: Expression[] = [];
    while (!this.#take(end)) {
      const item = this.#comprehension(this.#expression());
      if (item.kind === "comprehension" && items.length === 0 && this.#take(end)) return item;
      items.push(item);
      if (!this.#take(",") && this.#token.text !== end) this.#fail(`${end} expected`);
    }
    return { kind: "list", items };
  }

  #dict(): Expression {
    const items: [Expression | null, Expression][] = [];
    while (!this.#take("}")) {
      if (this.#take("**")) items.push([null, this.#expression()]);
      else {
        const key = this.#expression();
        this.#expect(":");
        items.push([key, this.#expression()]);
      }
      if (!this.#take(",") && this.#token.text !== "}") this.#fail("} expected");
    }
    return { kind: "dict", items };
  }
}

/** Reads a file of cases. @throws SyntaxError with the line, for what the cases may not use too */
export function parse(source: string): Statement[] {
  return new Parser(source).module();
}
