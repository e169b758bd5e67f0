import type { Adapter, ConnectionOption, Header, TimeoutOption } from "@posthaste/core";
import { isBytes, toBytes, utf8 } from "../python/values.ts";
import { contentLength } from "./headers.ts";
import type { HTTPConnectionPool, UrlopenKwargs } from "./pool.ts";
import { forever } from "./timeout.ts";

/** What {@link exactAdapter} reads of a call. */
type Options = ConnectionOption & TimeoutOption;

/**
 * The adapter over node:http, which writes framing headers as they are given. It is loaded when something is sent: most who
 * import this package never do over it.
 *
 * @param connections how many to one host
 */
export function exactAdapter(connections: number): Adapter<Options> {
  let loading: Promise<Adapter<Options>> | undefined;
  const load = async (): Promise<Adapter<Options>> => {
    const { nodeAdapter } = await import("@posthaste/adapter-node");
    return nodeAdapter({ connections, timeout: forever });
  };
  return {
    name: "adapter-node",
    can: {
      headerCase: true,
      headerOrder: true,
      framingHeaders: true,
      rawResponseHeaders: true,
      rawContent: true,
      manualRedirect: true,
      streamingRequest: true,
      streamingResponse: true,
      connectTimeout: true,
      proxy: true,
      tls: true,
    },
    options: ["connection", "timeout"],
    send: async (request) => (await (loading ??= load())).send(request),
    close: async () => (await loading)?.close?.(),
  };
}

/** The Host that http.client writes: of a whole URL as it stands there, else without the scheme's own port. */
export function hostHeader({ scheme, host, port }: HTTPConnectionPool, url: string): string {
  const [, authority] = /^https?:\/\/(?:[^/?#]*@)?([^/?#]+)/i.exec(url) ?? [];
  if (authority) return authority;
  const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return port === null || port === (scheme === "https" ? 443 : 80) ? name : `${name}:${port}`;
}

/** Methods that http.client takes for ones without a body. */
const bodiless: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT"]);

/** What becomes of the lines that frame a message. */
interface Framing {
  /** Lines that urllib3 puts before the others. */
  readonly added: readonly Header[];
  /** By their names in small letters; `null` for a line that is left out. */
  readonly changed: ReadonlyMap<string, string | null>;
}

/**
 * The framing lines that urllib3 adds to the caller's. Where those would make a message of which nobody can tell the end, which
 * Python sends all the same, they follow the body.
 */
export function framing({ method, headers, body, chunked }: UrlopenKwargs): Framing {
  const changed = new Map<string, string | null>();
  if (chunked) {
    const added: Header[] = headers.has("transfer-encoding") ? [] : [["Transfer-Encoding", "chunked"]];
    return { added, changed };
  }
  if (headers.has("content-length")) {
    const whole =
      body == null ? new Uint8Array() : typeof body === "string" ? utf8(body) : isBytes(body) && toBytes(body);
    if (whole && contentLength(headers) !== whole.length) changed.set("content-length", `${whole.length}`);
    changed.set("transfer-encoding", null);
  } else if (body == null && !headers.has("transfer-encoding") && !bodiless.has(method.toUpperCase())) {
    return { added: [["Content-Length", "0"]], changed };
  }
  return { added: [], changed };
}
