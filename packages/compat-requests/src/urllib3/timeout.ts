import { ValueError } from "../python/builtins.ts";
import { str } from "../python/values.ts";

/** The keywords of {@link Timeout}. */
export interface TimeoutKwargs {
  total?: number | null;
  connect?: number | null;
  read?: number | null;
}

function check(value: number | null | undefined, name: string): number | null {
  if (value == null) return null;
  if (typeof value === "boolean")
    throw new ValueError("Timeout cannot be a boolean value. It must be an int, float or None.");
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new ValueError(`Timeout value ${name} was ${str(value)}, but it must be an int, float or None.`);
  }
  if (value <= 0) {
    throw new ValueError(
      `Attempted to set ${name} timeout to ${str(value)}, but the timeout cannot be set to a value less than or equal to 0.`,
    );
  }
  return value;
}

/** Seconds to wait for a connection and for an answer, as urllib3's `Timeout`; `null` waits for ever. */
export class Timeout {
  readonly total: number | null;
  readonly connect: number | null;
  readonly read: number | null;

  /** @throws ValueError for zero, less, and what is no number */
  constructor({ total, connect, read }: TimeoutKwargs = {}) {
    this.connect = check(connect, "connect");
    this.read = check(read, "read");
    this.total = check(total, "total");
  }

  /** Seconds for connecting: `connect`, or `total` where that is less. */
  get connect_timeout(): number | null {
    return least(this.connect, this.total);
  }

  /** Seconds of silence: `read`, or `total` where that is less. (urllib3 takes what connecting took off a total.) */
  get read_timeout(): number | null {
    return least(this.read, this.total);
  }

  /** Milliseconds, as the transport takes them. */
  toMilliseconds(): { connect: number; read: number } {
    const ms = (seconds: number | null): number => (seconds === null ? Infinity : seconds * 1000);
    return { connect: ms(this.connect_timeout), read: ms(this.read_timeout) };
  }
}

function least(own: number | null, total: number | null): number | null {
  return own === null || total === null ? (own ?? total) : Math.min(own, total);
}

/** Waits for ever, for either. */
export const forever: { connect: number; read: number } = { connect: Infinity, read: Infinity };
