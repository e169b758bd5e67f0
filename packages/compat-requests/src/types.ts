import type { AuthBase } from "./auth.ts";
import type { CookieJar } from "./cookies.ts";
import type { HooksInputType } from "./hooks.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import type { Timeout } from "./urllib3/timeout.ts";

// The words of requests' own `_types`, as JavaScript has them.

/** Text or UTF-8 bytes. */
export type UriType = string | Uint8Array | URL;

/** Python's `dict`: a plain object, a `Map`, or what has `items()`. */
export type MappingType<V> =
  | Readonly<Record<string, V>>
  | ReadonlyMap<unknown, V>
  | { items(): Iterable<readonly [unknown, V]>; keys(): Iterable<unknown> };

/** One value of a query or form; `null` leaves it out. */
export type ParamValue = string | Uint8Array | number | bigint | boolean | null | undefined;

/** A query: pairs, a mapping whose values may be lists, text, or bytes. */
export type ParamsType =
  | MappingType<ParamValue | Iterable<ParamValue>>
  | Iterable<readonly [ParamValue, ParamValue | Iterable<ParamValue>]>
  | string
  | Uint8Array
  | null
  | undefined;

/** A file by its `read`, which may return a promise; `seek` and `tell` let it be sent again. */
export interface SupportsRead {
  read(size?: number): unknown;
  seek?(offset: number, whence?: number): unknown;
  tell?(): number;
  readonly name?: string;
}

/** A body: a form, text, bytes, a file, or pieces that are streamed. */
export type DataType =
  | MappingType<unknown>
  | Iterable<readonly [unknown, unknown]>
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | SupportsRead
  | object
  | null
  | undefined;

/** What a prepared request's body may be. */
export type BodyType = string | Uint8Array | object | null;

/** Headers; `null` takes a session's header out. */
export type HeadersType =
  | MappingType<string | Uint8Array | null | undefined>
  | readonly (readonly [string, string | Uint8Array | null])[]
  | null
  | undefined;

/** Cookies by name, or a jar. */
export type CookiesType = CookieJar | MappingType<string | null> | null | undefined;

type FileContent = SupportsRead | string | Uint8Array | ArrayBuffer | Blob | AsyncIterable<Uint8Array> | number | null;

/** A file: its content, or a list of name, content, type and headers. */
export type FileSpec =
  | FileContent
  | readonly [name: string | null, content: FileContent]
  | readonly [name: string | null, content: FileContent, type: string | null]
  | readonly [name: string | null, content: FileContent, type: string | null, headers: MappingType<string>];

/** Files by field. */
export type FilesType = MappingType<FileSpec> | Iterable<readonly [string | Uint8Array, FileSpec]> | null | undefined;

/** Name and password, an auth object, or a function that changes the request. */
export type AuthType =
  | readonly [username: string | Uint8Array, password: string | Uint8Array]
  | AuthBase
  | ((request: PreparedRequest) => PreparedRequest | Promise<PreparedRequest>)
  | null
  | undefined;

/** Seconds: for connecting and for silence, or one for each. */
export type TimeoutType =
  | number
  | readonly [connect: number | null | undefined, read: number | null | undefined]
  | Timeout
  | null
  | undefined;

/** Proxies by scheme, by `scheme://host`, or for `all`. */
export type ProxiesType = Record<string, string | null | undefined>;

/** Whether certificates are verified, or the path of a file or folder with authorities. */
export type VerifyType = boolean | string | null | undefined;

/** The path of a file with certificate and key, or of each. */
export type CertType = string | readonly [cert: string, key: string] | null | undefined;

/** What `json.dumps` takes. */
export type JsonType = unknown;

/** The keywords of every verb. */
export interface RequestKwargs {
  params?: ParamsType;
  data?: DataType;
  json?: JsonType;
  headers?: HeadersType;
  cookies?: CookiesType;
  files?: FilesType;
  auth?: AuthType;
  timeout?: TimeoutType;
  allow_redirects?: boolean | null;
  proxies?: ProxiesType | null;
  hooks?: HooksInputType | null;
  stream?: boolean | null;
  verify?: VerifyType;
  cert?: CertType;
  /** Ends the call in any phase. Not in Python. */
  signal?: AbortSignal | null;
}

/** What is handed on to an adapter. */
export interface SendKwargs {
  stream?: boolean | null;
  timeout?: TimeoutType;
  verify?: VerifyType;
  cert?: CertType;
  proxies?: ProxiesType | null;
  allow_redirects?: boolean | null;
  signal?: AbortSignal | null;
  [keyword: string]: unknown;
}
