import type { RecordedRequest } from "../script.ts";

/** Bytes of a content, and of a connection, that are kept. */
export const KEPT: number = 64 * 1024;

/** The head of a request, and what is known of its content. */
export class Request {
  readonly nth: number;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly chunked: boolean;
  /** Bytes to come: of the content, or of the present chunk. */
  left = 0;
  length = 0;
  complete: boolean;
  #kept = "";

  /**
   * @param head request line and header lines, without the empty line that ends them
   * @param nth its place among all that the server sees
   */
  constructor(head: string, nth: number) {
    this.nth = nth;
    const [first = "", ...lines] = head.split("\r\n");
    const [method = "", target = ""] = first.split(" ");
    this.method = method;
    this.target = target;
    this.headers = lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).replaceAll(/^[ \t]+|[ \t]+$/g, "")] as const;
    });
    // RFC 9112 §6.3: chunked wins.
    this.chunked = /(?:^|,)\s*chunked$/i.test(this.get("transfer-encoding") ?? "");
    if (!this.chunked) this.left = Number(this.get("content-length") ?? 0);
    this.complete = !this.chunked && this.left === 0;
  }

  get(name: string): string | undefined {
    return this.headers.find((header) => header[0].toLowerCase() === name)?.[1];
  }

  /** What a browser asks before a request to another origin. */
  get isPreflight(): boolean {
    return this.method === "OPTIONS" && this.get("access-control-request-method") !== undefined;
  }

  add(bytes: Buffer): void {
    this.length += bytes.length;
    this.#kept += bytes.toString("latin1", 0, Math.max(0, KEPT - this.#kept.length));
  }

  record(): RecordedRequest {
    const { nth, method, target, headers, length, complete } = this;
    return { nth, method, target, headers, body: this.#kept, bodyLength: length, complete };
  }
}

/** The answer to a preflight: whatever it asks for. */
export function permit(request: Request): string {
  const lines = [
    "HTTP/1.1 204 No Content",
    "Access-Control-Allow-Origin: *",
    `Access-Control-Allow-Methods: ${request.get("access-control-request-method")}`,
    `Access-Control-Allow-Headers: ${request.get("access-control-request-headers") ?? "*"}`,
    "Access-Control-Allow-Private-Network: true",
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}
