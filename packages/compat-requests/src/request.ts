import { conceal } from "./inspect.ts";
import { bind } from "./python/arguments.ts";
import { str } from "./python/values.ts";
import { type HooksInputType, registerHooks, RequestHooksMixin } from "./hooks.ts";
import { PreparedRequest, prepare } from "./prepared-request.ts";
import type {
  AuthType,
  CookiesType,
  DataType,
  FilesType,
  HeadersType,
  JsonType,
  ParamsType,
  UriType,
} from "./types.ts";

/** What {@link Request} takes. */
export interface RequestFields {
  method?: string | Uint8Array | null;
  url?: UriType | null;
  headers?: HeadersType;
  files?: FilesType;
  data?: DataType;
  params?: ParamsType;
  auth?: AuthType;
  cookies?: CookiesType;
  hooks?: HooksInputType | null;
  json?: JsonType;
}

const signature = {
  name: "Request",
  params: ["method", "url", "headers", "files", "data", "params", "auth", "cookies", "hooks", "json"],
};

/**
 * A request as a user makes it; a session's `prepare_request`, or {@link prepare}, makes it ready to send.
 *
 * @example
 * ```ts
 * const request = new Request("GET", "https://example.test/get", { params: { q: "1" } });
 * const response = await session.send(session.prepare_request(request));
 * ```
 */
export class Request extends RequestHooksMixin {
  method: string | Uint8Array | null = null;
  url: UriType | null = null;
  headers: NonNullable<HeadersType> = {};
  files: NonNullable<FilesType> = [];
  data: NonNullable<DataType> = [];
  json: JsonType = null;
  params: NonNullable<ParamsType> = {};
  auth: AuthType = null;
  cookies: CookiesType = null;

  constructor(fields?: RequestFields);
  constructor(method: string | null, url: UriType | null, kwargs?: Omit<RequestFields, "method" | "url">);
  constructor(
    method: string | null,
    url: UriType | null,
    headers: HeadersType,
    files?: FilesType,
    data?: DataType,
    params?: ParamsType,
    auth?: AuthType,
    cookies?: CookiesType,
    hooks?: HooksInputType | null,
    json?: JsonType,
  );
  constructor(...args: unknown[]) {
    super();
    if (args.length > 0) fill(this, bind(args.length > 2 ? { ...signature, required: 2 } : signature, args));
  }

  /** Makes it ready to send, without a session's settings. */
  prepare(): PreparedRequest {
    const prepared = new PreparedRequest();
    prepare(prepared, this);
    return prepared;
  }

  override toString(): string {
    return `<Request [${str(this.method)}]>`;
  }
}
conceal(Request);

/** Gives a new request what it is made of. What a session's calls use, without the binding of keywords. */
export function fill(request: Request, fields: RequestFields): Request {
  registerHooks(request, fields.hooks);
  request.method = fields.method ?? null;
  request.url = fields.url ?? null;
  request.headers = fields.headers ?? {};
  request.files = fields.files ?? [];
  request.data = fields.data ?? [];
  request.json = fields.json ?? null;
  request.params = fields.params ?? {};
  request.auth = fields.auth ?? null;
  request.cookies = fields.cookies ?? null;
  return request;
}
