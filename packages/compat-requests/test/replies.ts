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

export { rejection as failure } from "@posthaste/test-server/promises";
