/** A span of time, as Python's `datetime.timedelta`. */
export class timedelta {
  readonly days: number;
  readonly seconds: number;
  readonly microseconds: number;

  constructor({ seconds = 0 }: { seconds?: number } = {}) {
    const all = Math.round(seconds * 1e6);
    this.days = Math.floor(all / 86_400e6);
    this.seconds = Math.floor((all - this.days * 86_400e6) / 1e6);
    this.microseconds = all - this.days * 86_400e6 - this.seconds * 1e6;
  }

  /** All of it in seconds, with the fraction. */
  total_seconds(): number {
    return this.days * 86_400 + this.seconds + this.microseconds / 1e6;
  }

  toString(): string {
    const two = (value: number): string => String(value).padStart(2, "0");
    const { days, seconds, microseconds } = this;
    const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const fraction = microseconds ? `.${String(microseconds).padStart(6, "0")}` : "";
    return `${days ? `${days} day${Math.abs(days) === 1 ? "" : "s"}, ` : ""}${clock}${fraction}`;
  }
}
