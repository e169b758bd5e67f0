import requests, { exceptions } from "@posthaste/compat-requests";
import { HttpError } from "@posthaste/core";
import { PlainSession, type CallOptions, type SessionOptions } from "./plain.ts";

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly url: string;
  readonly hops: number;
  header(name: string): string | null;
}

/** What checks call, in requests' words. */
export interface Session {
  call(method: string, url: string, options?: CallOptions): Promise<Answer>;
  /** The body as JSON, by the client's own means. */
  json(url: string): Promise<unknown>;
  /** The body in pieces. */
  stream(url: string, options?: CallOptions): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

/** One of the two clients. */
export interface Subject {
  readonly name: "plain" | "compat";
  open(options?: SessionOptions): Session;
  /** A word for an error: its code, or its class. */
  describe(error: unknown): string;
}

const plain: Subject = {
  name: "plain",
  open(options = {}) {
    const session = new PlainSession(options);
    return {
      async call(method, url, call) {
        const response = await session.request(method, url, call);
        const text = (await response.bytes()).toString("latin1");
        const { status, history } = response;
        return { status, text, url: response.url, hops: history.length, header: (name) => response.header(name) };
      },
      json: async (url) => (await session.client.get(url)).json(),
      stream: async (url, call) =>
        (await session.request("GET", url, Object.assign(Object.create(null), call, { stream: true }))).response.body,
      close: () => session.close(),
    };
  },
  describe: (error) => (error instanceof HttpError ? error.code : nameOf(error)),
};

const compat: Subject = {
  name: "compat",
  open({ adapter: _, ...settings } = {}) {
    const session = new requests.Session();
    const { headers, ...others } = settings;
    Object.assign(session, others);
    if (headers) session.headers.update(headers);
    const keywords = (call?: CallOptions) => {
      const { auth, ...options } = Object.assign(Object.create(null) as CallOptions, call);
      return Object.assign(
        Object.create(null) as object,
        options,
        auth && { auth: "digest" in auth ? new requests.auth.HTTPDigestAuth(...auth.digest) : [...auth] },
      ) as object;
    };
    return {
      async call(method, url, call) {
        const response = await session.request(method, url, keywords(call));
        const text = Buffer.from(response.content ?? []).toString("latin1");
        const { status_code: status, history } = response;
        return { status, text, url: response.url, hops: history.length, header: (name) => response.headers.get(name) };
      },
      json: async (url) => (await session.get(url)).json(),
      stream: async (url, call) =>
        (await session.get(url, Object.assign(keywords(call), { stream: true }))).iter_content(65_536),
      close: () => session.close(),
    };
  },
  describe: (error) => (error instanceof exceptions.RequestException ? (error as Error).name : nameOf(error)),
};

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

export const subjects: readonly Subject[] = [plain, compat];
