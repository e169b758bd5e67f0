import { readFileSync } from "node:fs";
import { undiciAdapter, type UndiciAdapterOptions } from "@posthaste/adapter-undici";
import { auth, basic, urlCredentials } from "@posthaste/auth";
import { authDigest } from "@posthaste/auth-digest";
import { netrc } from "@posthaste/auth/netrc";
import { cookies } from "@posthaste/cookies";
import { toughJar } from "@posthaste/cookies/tough";
import {
  createClient,
  HttpError,
  type BodyInit,
  type ConnectionOptions,
  type ErrorCode,
  type HttpResponse,
  type TlsOptions,
} from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { multipartPlugin, type Form } from "@posthaste/multipart";
import { proxy, type ProxyMap } from "@posthaste/proxy";
import { redirect } from "@posthaste/redirect";

/**
 * A plain client with the plugins at their own defaults, behind the words of Python's requests that checks are written in. There is
 * no retry among them: what repeats cannot be counted.
 */

/** What a session takes. */
export interface SessionOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly auth?: readonly [string, string];
  readonly verify?: boolean | string;
  readonly cert?: string | readonly [string, string];
  readonly proxies?: ProxyMap;
  readonly max_redirects?: number;
  readonly trust_env?: boolean;
  /** In the adapter's own words. */
  readonly adapter?: UndiciAdapterOptions;
}

/** What a request takes. */
export interface CallOptions extends Pick<SessionOptions, "headers" | "verify" | "cert" | "proxies"> {
  readonly auth?: readonly [string, string] | { readonly digest: readonly [string, string] };
  readonly data?: unknown;
  readonly json?: unknown;
  readonly params?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly timeout?: number | readonly [number, number] | null;
  readonly allow_redirects?: boolean;
  readonly stream?: boolean;
  readonly signal?: AbortSignal;
}

/** A response; without `stream` its body is there. */
export class PlainResponse {
  readonly response: HttpResponse;
  #bytes: Buffer | undefined;

  constructor(response: HttpResponse) {
    this.response = response;
  }

  get status(): number {
    return this.response.status;
  }

  get reason(): string {
    return this.response.reason;
  }

  get url(): string {
    return this.response.url;
  }

  get history(): readonly HttpResponse[] {
    return this.response.history;
  }

  header(name: string): string | null {
    return this.response.headers.get(name);
  }

  async bytes(): Promise<Buffer> {
    return (this.#bytes ??= Buffer.from(await this.response.bytes()));
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString();
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async *iter(size: number): AsyncGenerator<Buffer> {
    for await (const chunk of this.response.body) {
      for (let at = 0; at < chunk.length; at += size) yield Buffer.from(chunk.subarray(at, at + size));
    }
  }

  async close(): Promise<void> {
    await this.response.discard();
  }
}

/** Nothing on a polluted `Object.prototype` is an option. */
const own = <T extends object>(options: T): T => Object.assign(Object.create(null), options) as T;

function makeClient({ adapter, auth: pair, max_redirects, trust_env, proxies }: SessionOptions) {
  return createClient({
    adapter: undiciAdapter(adapter),
    plugins: [
      multipartPlugin(),
      redirect(max_redirects === undefined ? {} : { max: max_redirects }),
      auth([urlCredentials(), ...(pair ? [basic(...pair)] : []), ...(trust_env === false ? [] : [netrc()])]),
      authDigest(),
      cookies({ jar: toughJar() }),
      trust_env === false ? proxy(proxies ?? false) : proxy(proxies),
      decompress(),
    ],
  });
}

/** A client, its cookies and its connections. */
export class PlainSession {
  readonly client: ReturnType<typeof makeClient>;
  readonly #options: SessionOptions;

  constructor(options: SessionOptions) {
    this.#options = own(options);
    this.client = makeClient(this.#options);
  }

  async request(method: string, url: string, options: CallOptions = {}): Promise<PlainResponse> {
    const call = own(options);
    const { headers, verify = this.#options.verify, cert = this.#options.cert, timeout } = call;
    const connection = connectionOf(verify, cert);
    const response = await this.client.request(url, {
      method,
      headers: { ...this.#options.headers, ...headers },
      ...bodyOf(call),
      ...authOf(call),
      ...(call.params && { query: call.params }),
      ...(call.signal && { signal: call.signal }),
      ...(call.proxies && { proxy: call.proxies }),
      ...(call.allow_redirects === false && { redirect: false as const }),
      ...(connection && { connection }),
      ...(timeout != null && { timeout: timeoutOf(timeout) }),
    });
    const answer = new PlainResponse(response);
    if (!call.stream) await answer.bytes();
    return answer;
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

function connectionOf(
  verify: boolean | string | undefined,
  cert: string | readonly [string, string] | undefined,
): ConnectionOptions | undefined {
  const tls: TlsOptions = {};
  if (verify === false) tls.rejectUnauthorized = false;
  if (typeof verify === "string") tls.ca = readFileSync(verify, "utf8");
  if (cert) {
    const [chain, key] = typeof cert === "string" ? [cert, cert] : cert;
    tls.cert = readFileSync(chain, "utf8");
    tls.key = readFileSync(key, "utf8");
  }
  return Object.keys(tls).length ? { tls } : undefined;
}

function authOf({ auth: given }: CallOptions) {
  if (!given) return {};
  if ("digest" in given) return { digest: { username: given.digest[0], password: given.digest[1] } };
  return { auth: basic(...given) };
}

function bodyOf({ data, json, files }: CallOptions): { body?: BodyInit; json?: unknown; multipart?: Form } {
  if (files) {
    const fields = Object.entries((data ?? {}) as Record<string, string>);
    const parts = Object.entries(files).map(([name, file]): [string, unknown] => {
      if (!Array.isArray(file)) return [name, { value: file, filename: name }];
      const [filename, value, type] = file as [string, unknown, string | undefined];
      return [name, { value, filename, ...(type !== undefined && { type }) }];
    });
    return { multipart: [...fields, ...parts] as Form };
  }
  if (json !== undefined) return { json };
  if (data === undefined || data === null) return {};
  const isForm = typeof data === "object" && [null, Object.prototype].includes(Object.getPrototypeOf(data) as null);
  return { body: isForm ? new URLSearchParams(Object.entries(data) as [string, string][]) : (data as BodyInit) };
}

function timeoutOf(timeout: number | readonly [number, number]): { connect: number; read: number } {
  const [connect, read] = typeof timeout === "number" ? [timeout, timeout] : timeout;
  return { connect: connect * 1000, read: read * 1000 };
}

/** What requests would call an error of that code; where it has two names for one, both. */
const names: Readonly<Record<ErrorCode, readonly string[]>> = {
  ERR_URL: ["InvalidURL", "MissingSchema", "InvalidSchema"],
  ERR_METHOD: ["InvalidHeader", "ValueError"],
  ERR_HEADER: ["InvalidHeader", "ValueError"],
  ERR_BODY: ["TypeError"],
  ERR_BODY_CONSUMED: ["UnrewindableBodyError"],
  ERR_BODY_TRUNCATED: ["ChunkedEncodingError"],
  ERR_OPTION: ["ValueError"],
  ERR_UNSUPPORTED: ["InvalidHeader"],
  ERR_CLOSED: ["ConnectionError"],
  ERR_CONNECT: ["ConnectionError"],
  ERR_TLS: ["SSLError", "ConnectionError"],
  ERR_PROXY: ["ProxyError", "ConnectionError"],
  ERR_RESET: ["ConnectionError"],
  ERR_PROTOCOL: ["ConnectionError", "ChunkedEncodingError"],
  ERR_TIMEOUT_CONNECT: ["ConnectTimeout", "ConnectionError", "Timeout"],
  ERR_TIMEOUT_READ: ["ReadTimeout", "Timeout"],
  ERR_TIMEOUT_TOTAL: ["Timeout"],
  ERR_STATUS: ["HTTPError"],
  ERR_REDIRECT: ["TooManyRedirects", "InvalidSchema", "InvalidURL"],
  ERR_AUTH: [],
  ERR_RETRY: ["RetryError"],
  ERR_DECODE: ["ContentDecodingError"],
  ERR_LIMIT: ["ConnectionError", "ContentDecodingError", "ChunkedEncodingError"],
};

/** The names of an error. */
function classes(error: unknown): string[] {
  if (error instanceof HttpError) return [error.code, ...names[error.code], "RequestException", "HttpError"];
  return error instanceof Error ? [error.name] : [`(not an Error: ${typeof error})`];
}

const caps =
  "session stream cookies proxy verify cert basic digest netrc files upload abort timeout timeout-tuple timeout-read " +
  "max_redirects no-redirect params form json br zstd history env-proxy js method-any ca-path any-scheme in-process url-any text";

/** As the checks take it. */
export const plain: {
  readonly name: string;
  readonly caps: Set<string>;
  session(options?: SessionOptions): Promise<PlainSession>;
  classes(error: unknown): string[];
} = {
  name: "plain",
  caps: new Set(caps.split(" ")),
  session: async (options = {}) => new PlainSession(options),
  classes,
};
