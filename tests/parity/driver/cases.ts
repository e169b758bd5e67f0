import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as requests from "@posthaste/compat-requests";
import { builtins } from "./builtins.ts";
import { ErrorBlock, Interpreter, NotPython, run, Scope } from "./interpreter.ts";
import { encode, errorClass, errorOf, exactly, loosely, normalise, wireOf, withoutMessages } from "./observe.ts";
import { type Answer, Exchange, type ParityServer } from "./server.ts";
import { parse, type Statement } from "./syntax.ts";
import { OpenFile } from "./values.ts";

export const folder: string = new URL("..", import.meta.url).pathname;

export interface Golden {
  requests: string;
  cases: Record<string, unknown>;
}

export interface Case {
  id: string;
  group: string;
  name: string;
  module: Statement[];
}

export const golden = (group: string): Golden =>
  JSON.parse(readFileSync(`${folder}golden/${group}.json`, "utf8")) as Golden;

/** Every case of every file, in order. */
export function cases(): Case[] {
  return readdirSync(`${folder}cases`)
    .filter((file) => file.endsWith(".py"))
    .toSorted()
    .flatMap((file) => {
      const group = file.slice(0, -3);
      const module = parse(readFileSync(`${folder}cases/${file}`, "utf8"));
      return module
        .flatMap((statement) => (statement.kind === "def" && !statement.name.startsWith("_") ? [statement.name] : []))
        .map((name) => ({ id: `${group}/${name}`, group, name, module }));
    });
}

const environment = { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", TZ: "UTC" };

function setEnvironment(values: Record<string, string | undefined>): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const [name, value] of Object.entries(values)) if (value !== undefined) process.env[name] = value;
}

/** A new error of Python's: the package's own class where it has one. */
function raise(name: string, message: string): Error {
  const type = errorClass(name);
  if (type) return new type(message) as Error;
  return new { [name]: class extends Error {} }[name]!(message);
}

/** Runs one case against the package and gives what its golden has. */
export async function runCase({ name, module }: Case, server: ParityServer): Promise<unknown> {
  const temporary = mkdtempSync(join(tmpdir(), "parity-"));
  const before = { ...process.env };
  const exchange = (server.exchange = new Exchange());
  const seen: unknown[] = [];
  try {
    setEnvironment({ ...environment, HOME: temporary });
    const interpreter = new Interpreter({ raise, caught: (error) => void seen.push(errorOf(error)) });
    const scope = new Scope(null, { ...builtins(interpreter, raise), ...names(server, exchange, temporary, seen) });
    await run(interpreter.block(module, scope));
    try {
      await interpreter.invoke(scope.get(name), null, []);
    } catch (error) {
      if (error instanceof NotPython) throw error;
      seen.push({ ended: errorOf(error) });
    }
  } finally {
    setEnvironment(before);
    rmSync(temporary, { recursive: true });
  }
  return normalise({ seen, wire: wireOf(exchange.recorded) }, server.ports, temporary);
}

function names(server: ParityServer, exchange: Exchange, temporary: string, seen: unknown[]): Record<string, unknown> {
  const url = (port: string, host = "127.0.0.1"): string => `http://${host}:${server.ports[port]}`;
  const errors = Object.fromEntries(
    ["OSError", "ValueError", "KeyError", "RuntimeError", "TypeError"].map((name) => [name, errorClass(name)]),
  );
  return {
    ...errors,
    requests,
    // Python's http.cookiejar is part of the package, beside requests' own cookies.
    cookielib: requests.cookies,
    http: url("http"),
    local: url("http", "localhost"),
    proxy: url("proxy"),
    refused: url("refused"),
    server: (route: string, ...given: unknown[]) => {
      const last = given.at(-1);
      const isOptions = given.length > 0 && isAnswer(last, given.length);
      const rest = (isOptions ? given.pop() : {}) as Answer;
      const [status = 200, headers = {}, body = ""] = given as [number?, Record<string, string>?, string?];
      const answer = { status, headers, body, ...rest } as Answer;
      exchange.routes.set(route, [...(exchange.routes.get(route) ?? []), answer]);
    },
    env: (values: Record<string, string | null>) => {
      for (const [name, value] of Object.entries(values)) {
        if (value === null) delete process.env[name];
        else process.env[name] = value;
      }
    },
    file: (name: string, content: Uint8Array) => {
      writeFileSync(join(temporary, name), content);
      return join(temporary, name);
    },
    open: (path: string, mode = "r") => {
      const data = readFileSync(path);
      return new OpenFile(mode.includes("b") ? new Uint8Array(data) : data.toString(), path, mode);
    },
    see: (...values: unknown[]) => void seen.push(...values.map(encode)),
    error: () => new ErrorBlock(),
  };
}

/** Whether the last argument of `server` holds keywords; headers are the third one and have no such names. */
function isAnswer(last: unknown, count: number): boolean {
  const keywords = ["status", "headers", "body", "chunks", "raw", "close", "drop", "hold", "delay", "digest"];
  if (typeof last !== "object" || last === null || Array.isArray(last) || last instanceof Uint8Array) return false;
  return count !== 2 || Object.keys(last).every((key) => keywords.includes(key));
}

/** Both results with only what must agree: of the framing lines what they say, or with `exact` every byte. */
export function comparable(
  ours: unknown,
  recorded: unknown,
  wire: "loose" | "exact" = "loose",
): { ours: unknown; recorded: unknown } {
  const form = wire === "loose" ? loosely : exactly;
  return { ours: withoutMessages(form(ours), form(recorded)), recorded: form(recorded) };
}
