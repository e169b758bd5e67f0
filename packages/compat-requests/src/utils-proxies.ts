import { environ } from "#platform";
import { type Optional, optional } from "./python/arguments.ts";
import { OSError } from "./python/builtins.ts";
import { isEmpty } from "./python/dict.ts";
import { urlsplit } from "./python/urls.ts";
import { lstrip, record } from "./python/values.ts";
import type { ProxiesType } from "./types.ts";

/** The address of Python's `inet_aton`, which takes one to four numbers, hexadecimal and octal too, or `null`. */
function aton(text: string): number | null {
  const match = /^([0-9a-fx.]+)(?:\s.*)?$/is.exec(text);
  const parts = match?.[1]!.split(".") ?? [];
  if (!parts.length || parts.length > 4) return null;
  const numbers = parts.map((part) => {
    if (/^0x[\da-f]+$/i.test(part)) return Number.parseInt(part, 16);
    if (/^0[0-7]*$/.test(part)) return Number.parseInt(part, 8);
    return /^[1-9]\d*$/.test(part) ? Number(part) : Number.NaN;
  });
  const last = numbers.pop()!;
  // The last number fills the bytes that are left.
  if (!numbers.every((number) => number <= 255) || !(last < 256 ** (4 - numbers.length))) return null;
  return numbers.reduce((sum, number, at) => sum + number * 256 ** (3 - at), last);
}

function address(text: string): number {
  const number = aton(text);
  if (number === null) throw new OSError("illegal IP address string passed to inet_aton");
  return number;
}

/** Whether an IPv4 address is within a network in CIDR form. From requests' `utils.address_in_network`. */
export function address_in_network(ip: string, net: string): boolean {
  const [network, bits] = net.split("/");
  const mask = address(dotted_netmask(Number(bits)));
  return (address(ip) & mask) === (address(network!) & mask);
}

/** A mask's length as a dotted mask: 24 is 255.255.255.0. From requests' `utils.dotted_netmask`. */
export function dotted_netmask(mask: number): string {
  const bits = mask === 0 ? 0 : (0xffffffff << (32 - mask)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}

/** From requests' `utils.is_ipv4_address`, by the rules of `inet_aton`. */
export function is_ipv4_address(string_ip: string): boolean {
  return aton(string_ip) !== null;
}

/** Whether a text is an IPv4 network in CIDR form. From requests' `utils.is_valid_cidr`. */
export function is_valid_cidr(string_network: string): boolean {
  const parts = string_network.split("/");
  if (parts.length !== 2 || !/^\s*[-+]?\d+\s*$/.test(parts[1]!)) return false;
  const mask = Number(parts[1]);
  return mask >= 1 && mask <= 32 && is_ipv4_address(parts[0]!);
}

/**
 * Python's `getproxies_environment`: what variables end in `_proxy`, by scheme; lower case wins. Python takes any scheme and
 * any case (`Ftp_Proxy`), and `get_environ_proxies` gives them all; `fromEnvironment` of `@posthaste/proxy` knows those of HTTP.
 */
export function getproxies(): Record<string, string> {
  const proxies = record<Record<string, string>>();
  const env = environ();
  const variables = Object.entries(env).filter(([name]) => /_proxy$/i.test(name)) as [string, string][];
  for (const [name, value] of variables) if (value) proxies[name.slice(0, -6).toLowerCase()] = value;
  // A CGI script's HTTP_PROXY is a header that the client sent (CVE-2016-1000110).
  if ("REQUEST_METHOD" in env) delete proxies["http"];
  for (const [name, value] of variables) {
    if (!name.endsWith("_proxy")) continue;
    if (value) proxies[name.slice(0, -6).toLowerCase()] = value;
    else delete proxies[name.slice(0, -6).toLowerCase()];
  }
  return proxies;
}

/** Python's `proxy_bypass_environment`, for a host and a list such as NO_PROXY has. */
function bypasses(host: string, no_proxy: string | undefined): boolean {
  if (no_proxy === undefined) return false;
  if (no_proxy === "*") return true;
  const wanted = host.toLowerCase();
  const name = wanted.replace(/:\d*$/, "");
  return no_proxy.split(",").some((entry) => {
    const own = lstrip(entry.trim(), ".").toLowerCase();
    return own !== "" && [name, wanted].some((one) => one === own || one.endsWith(`.${own}`));
  });
}

/**
 * Whether a URL is to be reached without a proxy. From requests' `utils.should_bypass_proxies`, whose rules are not those of
 * `@posthaste/proxy`: addresses are matched as whole texts or by IPv4 networks, names with the port they are written with,
 * IPv6 networks and `*.` not at all, and what this finds no match for is looked at once more by urllib's rules. Beyond Python's,
 * a host's final dot does not count, and an address that maps IPv4 into IPv6 is that IPv4 address.
 */
export function should_bypass_proxies(url: string, given?: Optional<"no_proxy", string | null>): boolean {
  const no_proxy = optional("should_bypass_proxies", "no_proxy", given, null);
  const { hostname, port } = urlsplit(url);
  if (hostname === null) return true;
  const plain = plainHost(hostname);
  return isNamed(hostname, port, no_proxy) || (plain !== hostname && isNamed(plain, port, no_proxy));
}

/** A host without the dot of its root, and an IPv4 address in the place of the IPv6 one that maps it (RFC 4291 §2.5.5.2). */
function plainHost(hostname: string): string {
  const [, dotted, high = "", low = ""] =
    /^::ffff:(?:(\d+(?:\.\d+){3})|([\da-f]{1,4}):([\da-f]{1,4}))$/i.exec(hostname) ?? [];
  if (dotted !== undefined) return dotted;
  if (!high) return hostname.replace(/\.$/, "");
  const [first, second] = [parseInt(high, 16), parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join(".");
}

function isNamed(hostname: string, port: number | null, no_proxy: string | null): boolean {
  const env = environ();
  const list = no_proxy ?? (env["no_proxy"] || env["NO_PROXY"]);
  if (list) {
    const entries = list
      .replaceAll(" ", "")
      .split(",")
      .map((entry) => entry.replace(/\.$/, ""))
      .filter(Boolean);
    if (is_ipv4_address(hostname)) {
      if (entries.some((entry) => (is_valid_cidr(entry) ? address_in_network(hostname, entry) : entry === hostname)))
        return true;
    } else {
      const withPort = port ? `${hostname}:${port}` : hostname;
      const matches = (entry: string): boolean =>
        [hostname, withPort].some((one) => one === entry || one.endsWith(`.${entry}`));
      if (entries.some((entry) => matches(lstrip(entry, ".")))) return true;
    }
  }
  // As in Python: the list that was given stands for the environment's, and the lower case one wins.
  return bypasses(hostname, no_proxy === null ? getproxies()["no"] : no_proxy || undefined);
}

/** The environment's proxies for a URL. From requests' `utils.get_environ_proxies`. */
export function get_environ_proxies(
  url: string,
  no_proxy?: Optional<"no_proxy", string | null>,
): Record<string, string> {
  return should_bypass_proxies(url, no_proxy) ? {} : { ...getproxies() };
}

const proxyVariables = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/** Whether the environment names a proxy for http, https or all: asked on every call, so without looking at each variable. */
export function hasEnvironProxies(): boolean {
  const env = environ();
  for (const name of proxyVariables) if (name in env) return true;
  return false;
}

/** The proxy for a URL: by scheme and host, by scheme, for all of that host, for all. From requests' `utils.select_proxy`. */
export function select_proxy(url: string, proxies: ProxiesType | null | undefined): string | null {
  if (proxies == null) return null;
  const { scheme, hostname } = urlsplit(url);
  if (isEmpty(proxies)) return null;
  const keys = hostname === null ? [scheme, "all"] : [`${scheme}://${hostname}`, scheme, `all://${hostname}`, "all"];
  for (const key of keys) if (Object.hasOwn(proxies, key)) return proxies[key] ?? null;
  return null;
}

/**
 * A request's proxies and, where it has none for its scheme, the environment's. From requests' `utils.resolve_proxies`.
 */
export function resolve_proxies(
  request: { url: unknown },
  proxies: ProxiesType | null | undefined,
  trust_env?: Optional<"trust_env", boolean>,
): ProxiesType {
  const given = record(proxies);
  const found: ProxiesType = { ...given };
  if (!optional("resolve_proxies", "trust_env", trust_env, true) || !hasEnvironProxies()) return found;
  const url = request.url as string;
  const no_proxy = given["no_proxy"] ?? null;
  if (should_bypass_proxies(url, no_proxy)) return found;
  const environ = record(get_environ_proxies(url, no_proxy));
  const { scheme } = urlsplit(url);
  const proxy = environ[scheme] ?? environ["all"];
  if (proxy && !Object.hasOwn(found, scheme)) found[scheme] = proxy;
  return found;
}
