import { bind } from "./python/arguments.ts";
import { isMapping, itemsOf, str } from "./python/values.ts";
import { type HooksInputType, type HookType, RequestHooksMixin } from "./hooks.ts";
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
  method: string | Uint8Array | null;
  url: UriType | null;
  headers: NonNullable<HeadersType>;
  files: NonNullable<FilesType>;
  data: NonNullable<DataType>;
  json: JsonType;
  params: NonNullable<ParamsType>;
  auth: AuthType;
  cookies: CookiesType;

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
    const given = bind(args.length > 2 ? { ...signature, required: 2 } : signature, args) as RequestFields;
    for (const [event, hook] of isMapping(given.hooks) ? itemsOf(given.hooks) : []) {
      this.register_hook(event as string, hook as HookType);
    }
    this.method = given.method ?? null;
    this.url = given.url ?? null;
    this.headers = given.headers ?? {};
    this.files = given.files ?? [];
    this.data = given.data ?? [];
    this.json = given.json ?? null;
    this.params = given.params ?? {};
    this.auth = given.auth ?? null;
    this.cookies = given.cookies ?? null;
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
