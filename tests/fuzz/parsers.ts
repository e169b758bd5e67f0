import { answer, authDigest, parseChallenges } from "@posthaste/auth-digest";
import { cookies, models, structures, utils } from "@posthaste/compat-requests";
import { toughJar } from "@posthaste/cookies/tough";
import { copy, HeaderList, HttpError, HttpResponse, type HttpRequest } from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { charsetOf, declaredIn, text } from "@posthaste/encoding";
import { nextRequest } from "@posthaste/redirect";
import { categoryOf, delayFor, parseRetryAfter } from "@posthaste/retry";

/** What reads one value of a server's. It may return a promise, and may throw nothing but an `HttpError`. */
export type Parser = (value: string) => unknown;

const request: HttpRequest = {
  method: "GET",
  url: "http://a.test/b/c?d",
  headers: new HeaderList(),
  body: null,
  options: {},
  call: {},
};

/** A response with these header lines and no content. */
export function responseWith(lines: Readonly<Record<string, string>>, status = 200): HttpResponse {
  return new HttpResponse({
    request: copy(request),
    status,
    reason: "",
    headers: new HeaderList(lines),
    body: {
      async *[Symbol.asyncIterator]() {
        yield new Uint8Array([0xe4]);
      },
    },
    discard() {},
  });
}

const compatJar =
  (name: "Set-Cookie" | "Set-Cookie2", policy?: InstanceType<typeof cookies.DefaultCookiePolicy>) =>
  (value: string) => {
    const jar = new cookies.RequestsCookieJar(policy);
    const response = { info: () => ({ get_all: (asked: string) => (asked === name ? [value] : null) }) };
    const asked = new cookies.MockRequest(new models.Request("GET", "http://a.test/b/c").prepare());
    jar.extract_cookies(response, asked);
    jar.add_cookie_header(asked);
  };

const never = () => Promise.reject(new HttpError("ERR_CLOSED", "sent again"));

/** By header, then by what reads it. */
export const parsers: Readonly<Record<string, Readonly<Record<string, Parser>>>> = {
  "WWW-Authenticate": {
    parseChallenges: (value) => {
      const [challenge] = parseChallenges(value);
      const state = { username: "u", password: "p", count: 1, cnonce: "c" };
      if (challenge) answer(challenge, { method: "GET", uri: "/" }, state);
    },
    async authDigest(value) {
      let asked = 0;
      const next = async () => (asked++ ? await never() : responseWith({ "WWW-Authenticate": value }, 401));
      await authDigest({ username: "u", password: "p" }).send!(copy(request), next);
    },
    parse_dict_header: (value) => utils.parse_dict_header(value.replace(/digest /i, "")),
    parse_list_header: (value) => utils.parse_list_header(value),
  },
  "Content-Type": {
    charsetOf,
    text: (value) => text(responseWith({ "Content-Type": value })),
    get_encoding_from_headers: (value) =>
      utils.get_encoding_from_headers(new structures.CaseInsensitiveDict({ "content-type": value })),
  },
  "Content-Encoding": {
    async decompress(value) {
      const plugin = decompress();
      const response = await plugin.send!(copy(request), async () => responseWith({ "Content-Encoding": value }));
      await response.bytes();
    },
  },
  Link: { parse_header_links: (value) => utils.parse_header_links(value) },
  "Set-Cookie": {
    async toughJar(value) {
      const jar = toughJar();
      await jar.store("https://www.a.example/b/c", [value], { sameSite: "strict" });
      await jar.get("https://www.a.example/b/c", { sameSite: "strict" });
    },
    RequestsCookieJar: compatJar("Set-Cookie"),
  },
  "Set-Cookie2": { RequestsCookieJar: compatJar("Set-Cookie2", new cookies.DefaultCookiePolicy({ rfc2965: true })) },
  Location: {
    nextRequest: (value) => nextRequest(responseWith({ Location: value }, 302)),
    requote_uri: (value) => utils.requote_uri(value),
    get_redirect_target: (value) => new models.PreparedRequest().prepare_url(`http://a.test/${value}`, null),
  },
  "what a page says of itself": {
    declaredIn: (value) => declaredIn(Buffer.from(value)),
    get_encodings_from_content: (value) => utils.get_encodings_from_content(value),
  },
  "Retry-After": {
    parseRetryAfter,
    delayFor(value) {
      const response = responseWith({ "Retry-After": value }, 503);
      categoryOf(response, {});
      return delayFor(response, 1, {});
    },
  },
};
