import { expectTypeOf } from "vitest";
import requests, {
  adapters,
  auth,
  type AuthType,
  type CertType,
  cookies,
  type DataType,
  type exceptions,
  type FilesType,
  type ParamsType,
  type ProxiesType,
  type RequestKwargs,
  type structures,
  type TimeoutType,
  utils,
  type VerifyType,
} from "../src/index.ts";
import { HTTPDigestAuth } from "../src/auth.ts";
import type * as browser from "../src/platform-browser.ts";
import type * as node from "../src/platform-node.ts";

type Response = InstanceType<typeof requests.Response>;
type PreparedRequest = InstanceType<typeof requests.PreparedRequest>;
type Sent = Promise<Response>;

const url = "http://a.test/";
declare const response: Response;
declare const prepared: PreparedRequest;
declare const session: InstanceType<typeof requests.Session>;

// Every verb takes every keyword, on the module and on a session.
expectTypeOf<keyof RequestKwargs>().toEqualTypeOf<
  | "params"
  | "data"
  | "json"
  | "headers"
  | "cookies"
  | "files"
  | "auth"
  | "timeout"
  | "allow_redirects"
  | "proxies"
  | "hooks"
  | "stream"
  | "verify"
  | "cert"
  | "signal"
>();
const kwargs: RequestKwargs = {
  params: { q: ["a", 1, null], b: true },
  data: { a: 1 },
  json: { big: 1n },
  headers: { Accept: "text/html", "X-None": null },
  cookies: { a: "b" },
  files: { f: ["a.txt", new Blob(["x"]), "text/plain", { "X-A": "1" }] },
  auth: ["user", "passwd"],
  timeout: [3.05, 27],
  allow_redirects: false,
  proxies: { http: "http://proxy.test:3128", "https://a.test": null },
  hooks: { response: [(r, given) => void [r.status_code, given["timeout"]]] },
  stream: true,
  verify: "/etc/ssl/ca.pem",
  cert: ["/a.crt", "/a.key"],
  signal: new AbortController().signal,
};
expectTypeOf(requests.get(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(requests.options(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(requests.head(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(requests.post(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(requests.put(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(requests.patch(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(requests.delete(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(requests.request("PURGE", url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(requests.request({ method: "GET", url, ...kwargs })).toEqualTypeOf<Sent>();
expectTypeOf(session.get(new URL(url), kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(session.options(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(session.head(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(session.post(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(session.put(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(session.patch(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(session.delete(url, kwargs)).toEqualTypeOf<Sent>();
expectTypeOf(session.request("GET", url, kwargs)).toEqualTypeOf<Sent>();

// Python's positional parameters.
void requests.post(url, "data", { json: 1 }, kwargs);
void requests.put(url, new Uint8Array(1), kwargs);

// What is no keyword, or has the wrong kind of value, is an error.
// @ts-expect-error -- a form goes under `data`
void requests.delete(url, { a: 1 });
// @ts-expect-error -- a misspelled keyword
void requests.head(url, { timeouts: 3 });
// @ts-expect-error -- seconds are a number
void requests.options(url, { timeout: "3" });
// @ts-expect-error -- two numbers at most
void requests.options(url, { timeout: [1, 2, 3] });
// @ts-expect-error -- name and password
void requests.options(url, { auth: ["user"] });
// @ts-expect-error -- a path or a boolean
void requests.options(url, { verify: 1 });
// @ts-expect-error -- a certificate and a key
void requests.options(url, { cert: ["/a.crt", "/a.key", "/b.key"] });
// @ts-expect-error -- a boolean
void requests.options(url, { allow_redirects: "no" });
// @ts-expect-error -- a signal and not its controller
void requests.options(url, { signal: new AbortController() });
// @ts-expect-error -- a hook is a function
void requests.options(url, { hooks: { response: "print" } });
// @ts-expect-error -- values of headers are text or bytes
void requests.options(url, { headers: { "X-A": 1 } });
// @ts-expect-error -- the URL is needed
void requests.get();
// @ts-expect-error -- the method is text
void requests.request(1, url);

expectTypeOf<{ a: (string | null)[] }>().toExtend<ParamsType>();
expectTypeOf<[string, number][]>().toExtend<ParamsType>();
expectTypeOf<{ a: { b: 1 } }>().not.toExtend<ParamsType>();
expectTypeOf<AsyncGenerator<string>>().toExtend<DataType>();
expectTypeOf<{ f: Uint8Array }>().toExtend<FilesType>();
expectTypeOf<{ f: [string] }>().not.toExtend<FilesType>();
expectTypeOf(HTTPDigestAuth).instance.toExtend<AuthType>();
expectTypeOf<(r: PreparedRequest) => PreparedRequest>().toExtend<AuthType>();
expectTypeOf<(r: string) => string>().not.toExtend<AuthType>();
expectTypeOf<null>().toExtend<TimeoutType & CertType & VerifyType>();

// Attributes of a response.
expectTypeOf(response.status_code).toEqualTypeOf<number>();
expectTypeOf(response.ok).toEqualTypeOf<boolean>();
expectTypeOf(response.url).toEqualTypeOf<string>();
expectTypeOf(response.text).toEqualTypeOf<string>();
expectTypeOf(response.content).toEqualTypeOf<Uint8Array>();
expectTypeOf(response.encoding).toEqualTypeOf<string | null>();
expectTypeOf(response.apparent_encoding).toEqualTypeOf<string | null>();
expectTypeOf(response.headers.get("x")).toEqualTypeOf<string | null>();
expectTypeOf(response.headers).toEqualTypeOf<structures.CaseInsensitiveDict>();
expectTypeOf(response.cookies).toEqualTypeOf<cookies.RequestsCookieJar>();
expectTypeOf(response.history).toEqualTypeOf<Response[]>();
expectTypeOf(response.request).toEqualTypeOf<PreparedRequest>();
expectTypeOf(response.next).toEqualTypeOf<PreparedRequest | null>();
expectTypeOf(response.links).toEqualTypeOf<Record<string, Record<string, string>>>();
expectTypeOf(response.elapsed.total_seconds()).toEqualTypeOf<number>();
expectTypeOf(response.is_redirect).toEqualTypeOf<boolean>();
expectTypeOf(response.is_permanent_redirect).toEqualTypeOf<boolean>();
expectTypeOf(response.read()).toEqualTypeOf<Promise<Uint8Array>>();
expectTypeOf(response.close()).toEqualTypeOf<Promise<void>>();
expectTypeOf(response.raise_for_status()).toEqualTypeOf<void>();
expectTypeOf(response).toExtend<AsyncDisposable>();
// @ts-expect-error -- the status is told by the server
response.ok = true;

expectTypeOf(response.json()).toEqualTypeOf<unknown>();
expectTypeOf(response.json<{ a: 1 }>()).toEqualTypeOf<{ a: 1 }>();
expectTypeOf(response.json<bigint>({ parse_int: BigInt })).toEqualTypeOf<bigint>();
// @ts-expect-error -- no such keyword
response.json({ parse_ints: BigInt });

expectTypeOf(response.iter_content(1024)).toExtend<AsyncIterable<Uint8Array>>();
expectTypeOf(response.iter_content({ decode_unicode: true })).toExtend<AsyncIterable<string>>();
expectTypeOf(response.iter_lines({ decode_unicode: true })).toExtend<AsyncIterable<string>>();
expectTypeOf(response.iter_lines()).toExtend<AsyncIterable<Uint8Array>>();
// @ts-expect-error -- no such keyword
response.iter_content({ size: 1 });

// Attributes and methods of a session, of requests and of adapters.
expectTypeOf(session.max_redirects).toEqualTypeOf<number>();
expectTypeOf(session.trust_env).toEqualTypeOf<boolean>();
expectTypeOf(session.stream).toEqualTypeOf<boolean>();
expectTypeOf(session.verify).toEqualTypeOf<VerifyType>();
expectTypeOf(session.cert).toEqualTypeOf<CertType>();
expectTypeOf(session.proxies).toEqualTypeOf<ProxiesType>();
expectTypeOf(session.auth).toEqualTypeOf<AuthType>();
expectTypeOf(session.cookies).toEqualTypeOf<cookies.RequestsCookieJar>();
expectTypeOf(session.adapters).toEqualTypeOf<Map<string, adapters.BaseAdapter>>();
expectTypeOf(session.send(prepared, { stream: true })).toEqualTypeOf<Sent>();
expectTypeOf(session.prepare_request(new requests.Request("GET", url))).toEqualTypeOf<PreparedRequest>();
expectTypeOf(session.get_redirect_target(response)).toEqualTypeOf<string | null>();
expectTypeOf(session.should_strip_auth(url, url)).toEqualTypeOf<boolean>();
expectTypeOf(session.resolve_redirects(response, prepared, { yield_requests: true })).toEqualTypeOf<
  AsyncGenerator<Response | PreparedRequest, void, undefined>
>();
expectTypeOf(session).toExtend<AsyncDisposable>();
session.mount("https://", new adapters.HTTPAdapter({ pool_maxsize: 2, pool_block: true, max_retries: 3 }));
// @ts-expect-error -- an adapter and not its class
session.mount("https://", adapters.HTTPAdapter);
// @ts-expect-error -- no such keyword
void new adapters.HTTPAdapter({ pool_size: 1 });
session.mount("https://", new adapters.HTTPAdapter({ exact: true }));
// @ts-expect-error -- it is or it is not
void new adapters.HTTPAdapter({ exact: 1 });
void new adapters.Retry({ total: 3, backoff_factor: 0.1, status_forcelist: [502], allowed_methods: null });
// @ts-expect-error -- removed in urllib3 2
void new adapters.Retry({ method_whitelist: ["GET"] });
// @ts-expect-error -- no such keyword
void new requests.Request("GET", url, { timeout: 3 });
// @ts-expect-error -- a request has to be prepared
void session.send(new requests.Request("GET", url));

expectTypeOf(prepared.method).toEqualTypeOf<string | null>();
expectTypeOf(prepared.url).toEqualTypeOf<string | null>();
expectTypeOf(prepared.path_url).toEqualTypeOf<string>();
expectTypeOf(prepared.copy()).toEqualTypeOf<PreparedRequest>();

class TokenAuth extends auth.AuthBase {
  override __call__(r: PreparedRequest): PreparedRequest {
    r.headers["X-Token"] = "t";
    return r;
  }
}
expectTypeOf(new TokenAuth()).toExtend<AuthType>();
class NoTarget extends requests.Session {
  // @ts-expect-error -- text or null
  override get_redirect_target(): number {
    return 1;
  }
}
void NoTarget;

// Exceptions: the first base is the class's, the others are seen by `instanceof`.
expectTypeOf<exceptions.HTTPError>().toExtend<exceptions.RequestException>();
expectTypeOf<exceptions.RequestException>().toExtend<exceptions.OSError>();
expectTypeOf<exceptions.OSError>().toExtend<Error>();
expectTypeOf<exceptions.ProxyError>().toExtend<exceptions.ConnectionError>();
expectTypeOf<exceptions.ConnectTimeout>().toExtend<exceptions.ConnectionError>();
expectTypeOf<exceptions.InvalidProxyURL>().toExtend<exceptions.InvalidURL>();
expectTypeOf<exceptions.HTTPError["response"]>().toEqualTypeOf<Response | null>();
expectTypeOf(requests.ConnectionError).toEqualTypeOf<typeof exceptions.ConnectionError>();
expectTypeOf<exceptions.JSONDecodeError["pos"]>().toEqualTypeOf<number>();

expectTypeOf(new cookies.RequestsCookieJar().get("a", { domain: "a.test" })).toEqualTypeOf<string | null>();
expectTypeOf(requests.codes.ok).toEqualTypeOf<number>();
expectTypeOf(requests.codes.NOT_FOUND).toEqualTypeOf<number>();
expectTypeOf(requests.codes["\\o/"]).toEqualTypeOf<number>();
// @ts-expect-error -- no such name is known: it may be asked for by brackets
expectTypeOf(requests.codes.fine);
expectTypeOf(utils.get_auth_from_url(url)).toEqualTypeOf<[string, string]>();

// A browser's platform has all that Node's has.
expectTypeOf<typeof browser>().toEqualTypeOf<typeof node>();
