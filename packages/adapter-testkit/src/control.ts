import type { CertificateName, Condition, Order, Ordered, Recorded, Step } from "./script.ts";

/** A server that a case ordered, and what it can ask of it. */
export class Script {
  readonly url: string;
  readonly ordered: Ordered;
  readonly #control: Control;

  constructor(control: Control, ordered: Ordered) {
    this.#control = control;
    this.ordered = ordered;
    this.url = `${ordered.url}/`;
  }

  /** The same server by `https:`, under a name. */
  https(host = "localhost"): string {
    const { port } = new URL(this.url);
    return `https://${host}:${port}/`;
  }

  /** Host and port, as a Host header has them. */
  get host(): string {
    return new URL(this.url).host;
  }

  /** What it has seen so far. */
  record(): Promise<Recorded> {
    return this.#control.ask<Recorded>(`record/${this.ordered.id}`);
  }

  /** Waits until a condition holds. @throws Error where it does not in time */
  async until(condition: Condition): Promise<Recorded> {
    const { budget } = this.#control;
    const answer = { condition, budget };
    const { met, recorded } = await this.#control.ask<{ met: boolean; recorded: Recorded }>(
      `until/${this.ordered.id}`,
      answer,
    );
    if (met) return recorded;
    const { open, connections } = recorded;
    const seen = connections.map(
      ({ requests, receivedLength }) => `${requests.length} requests, ${receivedLength} bytes`,
    );
    throw new Error(
      `the server waited in vain for ${JSON.stringify(condition)}: ${open} sockets open; ${seen.join("; ") || "nothing came"}`,
    );
  }

  /** Lets steps that wait for `name` go on. */
  async tell(name: string): Promise<void> {
    await this.#control.ask(`tell/${this.ordered.id}`, { name });
  }

  async end(): Promise<void> {
    await this.#control.ask(`end/${this.ordered.id}`);
  }
}

/** What a case needs is not there, through no fault of the adapter. */
export class Unavailable extends Error {}

/** Talks to the script server over the platform's `fetch`. */
export class Control {
  /** Milliseconds that a condition may take. */
  readonly budget: number;
  readonly #url: string;

  constructor(url: string, budget: number) {
    this.#url = url;
    this.budget = budget;
  }

  /** @throws Error where the server refuses */
  async ask<T>(path: string, value: unknown = {}): Promise<T> {
    // As text, so that a browser does not ask first.
    const response = await fetch(`${this.#url}/${path}`, { method: "POST", body: JSON.stringify(value) });
    const text = await response.text();
    if (!response.ok) throw new Error(`the script server refuses: ${text}`);
    return JSON.parse(text) as T;
  }

  async order(order: Order): Promise<Script> {
    const ordered = await this.ask<Partial<Ordered>>("order", order);
    if (ordered.id === undefined) throw new Unavailable(`the script server's machine has no ${order.listen}`);
    return new Script(this, ordered as Ordered);
  }
}

/** Leave for pages to read; and no guess at the type of a content nor a cache, for which a browser would hold back a response. */
const all =
  "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n";

/** Sends bytes; each character is one. */
export const send = (bytes: string): Step => ({ do: "send", bytes });

/** Sends the head of a response: its status line and header lines as given, then what lets a page read it. */
export const sendHead = (status: string, ...lines: readonly string[]): Step =>
  send(`HTTP/1.1 ${status}\r\n${lines.map((line) => `${line}\r\n`).join("")}${all}\r\n`);

/** Answers with 200 and a content. */
export const reply = (content: string, ...lines: readonly string[]): readonly Step[] => [
  sendHead("200 OK", ...lines, `Content-Length: ${content.length}`),
  ...(content ? [send(content)] : []),
];

export const head: Step = { do: "head" };
export const body: Step = { do: "body" };
export const end: Step = { do: "end" };
export const reset: Step = { do: "reset" };
export const pause: Step = { do: "pause" };
export const resume: Step = { do: "resume" };
export const flood = (bytes: number): Step => ({ do: "flood", bytes });
export const secure = (certificate: CertificateName = "good", client = false): Step => ({
  do: "secure",
  certificate,
  client,
});
export const wait = (name: string): Step => ({ do: "wait", name });
