/** A certificate of the script server's own authority, but for `"selfSigned"`. */
export type CertificateName = "good" | "wrongHost" | "expired" | "selfSigned";

/**
 * What a connection of the script server does next. Steps are data, so that a page, a worker or another runtime can order
 * them over HTTP. In their strings, and in those of what was recorded, each character is a byte.
 */
export type Step =
  /** Waits for the head of a request. The preflights of browsers are answered on the way and not recorded. */
  | { readonly do: "head" }
  /** Waits for the rest of the request's content, or until so many bytes of it are there. */
  | { readonly do: "body"; readonly bytes?: number }
  /** Answers as a SOCKS 5 proxy (RFC 1928), by user and password where it has them; what follows is the server behind it. */
  | { readonly do: "socks"; readonly user?: string; readonly password?: string }
  | { readonly do: "send"; readonly bytes: string }
  /** Sends so many bytes as fast as they are taken; each is its position modulo 256. */
  | { readonly do: "flood"; readonly bytes: number }
  /** Speaks TLS from here on, and asks for a certificate of the authority where `client` says so. */
  | { readonly do: "secure"; readonly certificate: CertificateName; readonly client?: boolean }
  /** Waits until it is told to go on. */
  | { readonly do: "wait"; readonly name: string }
  /** Stops reading from the socket. */
  | { readonly do: "pause" }
  | { readonly do: "resume" }
  /** Ends the connection after what was sent. */
  | { readonly do: "end" }
  /** Ends it with a reset. */
  | { readonly do: "reset" };

/**
 * What a server does, by connections or by requests; the last entry serves all that come after it.
 *
 * - `connections`: each connection runs its steps, and then stays open.
 * - `requests`: each request, on whatever connection, is answered by its steps, which begin after the head. What the steps
 *   leave of its content is taken before the next head.
 */
export type Play =
  | { readonly connections: readonly (readonly Step[])[] }
  | { readonly requests: readonly (readonly Step[])[] };

/**
 * Where a server listens: on 127.0.0.1, on ::1, on a Unix socket; `"nowhere"` is a port at which nobody is.
 *
 * @default "ipv4"
 */
export type Place = "ipv4" | "ipv6" | "unix" | "nowhere";

/** What is ordered from the script server. */
export type Order = Play & { readonly listen?: Place };

/** A server that was ordered. */
export interface Ordered {
  readonly id: string;
  /** `http:` with host and port; for a Unix socket with the host `localhost`. */
  readonly url: string;
  /** Of a Unix socket. */
  readonly socketPath: string | undefined;
  /** The certificate of the authority, PEM. */
  readonly ca: string;
  /** A client's certificate and key, PEM. */
  readonly client: { readonly cert: string; readonly key: string };
}

/** A request as it came, its preflights aside. */
export interface RecordedRequest {
  /** Its place among the requests of all connections, from 0, by when their heads were complete. */
  readonly nth: number;
  readonly method: string;
  readonly target: string;
  /** As sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The first 64 KiB of its content, without its framing. */
  readonly body: string;
  /** Bytes of its content that were taken. */
  readonly bodyLength: number;
  /** Whether the content was taken to its end. */
  readonly complete: boolean;
}

/** Where a client of a SOCKS proxy wanted to go. */
export interface SocksTarget {
  readonly type: "ipv4" | "ipv6" | "name";
  readonly host: string;
  readonly port: number;
}

/** A connection, open or gone, that began with its steps. */
export interface RecordedConnection {
  readonly requests: readonly RecordedRequest[];
  /** The first 64 KiB that were received, without TLS. */
  readonly received: string;
  readonly receivedLength: number;
  /** Bytes of a flood that were taken from this side. */
  readonly flooded: number;
  /** Whether a flood got no further for a while. */
  readonly stalled: boolean;
  readonly open: boolean;
  /** The name that was asked for with TLS. */
  readonly servername: string | undefined;
  /** The name in the client's certificate. */
  readonly clientName: string | undefined;
  readonly socks: SocksTarget | undefined;
}

/** What a server has seen so far. */
export interface Recorded {
  /** Sockets that are open now, those included that have sent nothing. */
  readonly open: number;
  /** In the order in which they began with their steps. */
  readonly connections: readonly RecordedConnection[];
}

/** What to wait for; all that is given must hold. */
export interface Condition {
  /** Sockets that are open, exactly. */
  readonly open?: number;
  /** Sockets that are open, at most. */
  readonly openAtMost?: number;
  /** Connections that began, at least. */
  readonly connections?: number;
  /** Requests whose heads came, at least, on all connections. */
  readonly requests?: number;
  /** Requests whose content was taken to its end, at least. */
  readonly complete?: number;
  /** Bytes of contents that were taken, at least. */
  readonly content?: number;
  /** Bytes received on all connections, at least. */
  readonly received?: number;
  /** A flood got no further for a while. */
  readonly stalled?: boolean;
}

/** Whether a condition holds. */
export function holds(condition: Condition, recorded: Recorded): boolean {
  const { connections } = recorded;
  const requests = connections.flatMap((connection) => connection.requests);
  const { open = recorded.open, stalled } = condition;
  return (
    recorded.open === open &&
    recorded.open <= (condition.openAtMost ?? Infinity) &&
    connections.length >= (condition.connections ?? 0) &&
    requests.length >= (condition.requests ?? 0) &&
    requests.filter((request) => request.complete).length >= (condition.complete ?? 0) &&
    requests.reduce((sum, { bodyLength }) => sum + bodyLength, 0) >= (condition.content ?? 0) &&
    connections.reduce((sum, { receivedLength }) => sum + receivedLength, 0) >= (condition.received ?? 0) &&
    (stalled === undefined || connections.some((connection) => connection.stalled === stalled))
  );
}
