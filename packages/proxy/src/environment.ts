import type { ProxyMap } from "./options.ts";

/**
 * The proxies that environment variables name: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, or the same in
 * upper case. The one in lower case goes first, also where it is empty, which is none.
 *
 * A web server that runs a CGI program puts the request header `Proxy` into `HTTP_PROXY` (CVE-2016-5385). So that one is not
 * read where `REQUEST_METHOD` is set.
 *
 * @param env by default that of the process, where there is one
 * @example
 * ```ts
 * fromEnvironment({ HTTPS_PROXY: "http://proxy.test:3128", NO_PROXY: "localhost" });
 * // { https: "http://proxy.test:3128", no: "localhost" }
 * ```
 */
export function fromEnvironment(
  env: Readonly<Record<string, string | undefined>> = globalThis.process?.env ?? {},
): ProxyMap {
  const proxies: Record<string, string> = {};
  for (const key of ["http", "https", "all", "no"]) {
    const name = `${key}_proxy`;
    // Asked for by name, a variable of Windows is found in any case: only the list of names tells which it is.
    const isCgi = key === "http" && env["REQUEST_METHOD"] !== undefined && !Object.keys(env).includes(name);
    const value = isCgi ? undefined : (env[name] ?? env[name.toUpperCase()]);
    if (value) proxies[key] = value;
  }
  return proxies;
}
