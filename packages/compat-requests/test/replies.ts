import type { RawRequest } from "@posthaste/test-server";

/** A response with a length. */
export function reply(body = "ok", { status = "200 OK", headers = [] as readonly string[] } = {}): string {
  const lines = headers.map((line) => `${line}\r\n`).join("");
  return `HTTP/1.1 ${status}\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** A redirect. */
export function redirect(location: string, status = "302 Found", headers: readonly string[] = []): string {
  return reply("", { status, headers: [`Location: ${location}`, ...headers] });
}

/** The value of a request's header, or nothing. */
export function header(request: RawRequest | undefined, name: string): string | undefined {
  return request?.headers.find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1];
}

/** What a promise rejects with. */
export async function failure<T = Error>(promise: Promise<unknown>): Promise<T> {
  const nothing = {};
  const error: unknown = await promise.then(
    () => nothing,
    (reason: unknown) => reason,
  );
  if (error === nothing) throw new Error("It did not fail");
  return error as T;
}
