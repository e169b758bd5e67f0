const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** Seconds since 1970 of a date's parts, or `null` where there is no such date. */
function timestamp(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  const valid =
    year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute <= 59 && second <= 61;
  return valid ? Date.UTC(year, month - 1, day, hour, minute, second) / 1000 : null;
}

const strictDate = /^[SMTWF][a-z][a-z], (\d\d) ([JFMASOND][a-z][a-z]) (\d\d\d\d) (\d\d):(\d\d):(\d\d) GMT$/;
const weekday = /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)[a-z]*,?\s*/i;
const looseDate =
  /^(\d\d?)(?:\s+|[-/])(\w+)(?:\s+|[-/])(\d+)(?:(?:\s+|:)(\d\d?):(\d\d)(?::(\d\d))?)?\s*(?:([-+]?\d{2,4}|(?![APap][Mm]\b)[A-Za-z]+)\s*)?(?:\(\w+\)\s*)?$/;

/** The year a short one means: the one nearest to the current. */
function fullYear(year: number): number {
  if (year >= 1000) return year;
  const current = new Date().getFullYear();
  const distance = (current % 100) - year;
  const full = year + current - (current % 100);
  if (Math.abs(distance) <= 50) return full;
  return distance > 0 ? full + 100 : full - 100;
}

/** Seconds since 1970 of a date in a cookie, in any of the forms of `http.cookiejar.http2time`, or `null`. */
function http2time(text: string): number | null {
  const strict = strictDate.exec(text);
  if (strict) {
    const month = months.indexOf(strict[2]!.toLowerCase()) + 1;
    return timestamp(
      Number(strict[3]),
      month,
      Number(strict[1]),
      Number(strict[4]),
      Number(strict[5]),
      Number(strict[6]),
    );
  }
  const loose = looseDate.exec(text.trimStart().replace(weekday, ""));
  if (!loose) return null;
  const year = Number(loose[3]);
  if (year > 9999) return null;
  const named = months.indexOf(loose[2]!.toLowerCase()) + 1;
  const month = named || Number(loose[2]);
  if (!(month >= 1 && month <= 12)) return null;
  const time = timestamp(
    fullYear(year),
    month,
    Number(loose[1]),
    Number(loose[4] ?? 0),
    Number(loose[5] ?? 0),
    Number(loose[6] ?? 0),
  );
  const offset = zoneOffset(loose[7]?.toUpperCase() ?? "UTC");
  return time === null || offset === null ? null : time - offset;
}

function zoneOffset(zone: string): number | null {
  if (["GMT", "UTC", "UT", "Z"].includes(zone)) return 0;
  const [, sign, hours, minutes] = /^([-+])?(\d\d?):?(\d\d)?$/.exec(zone) ?? [];
  if (!hours) return null;
  const offset = 3600 * Number(hours) + 60 * Number(minutes ?? 0);
  return sign === "-" ? -offset : offset;
}

/** A cookie's name and value, then its attributes; a value is `null` where there is no `=`. */
export type Attributes = [name: string, value: string | number | null][];

const known = new Set("expires domain path secure version port max-age".split(" "));

function stripQuotes(text: string): string {
  return text.replace(/^"/, "").replace(/"$/, "");
}

/** The cookies of Set-Cookie lines, one a line, as `http.cookiejar.parse_ns_headers` reads them. */
export function parseNetscape(lines: readonly string[]): Attributes[] {
  const out: Attributes[] = [];
  for (const line of lines) {
    const pairs: Attributes = [];
    let hasVersion = false;
    for (const [at, piece] of line.split(";").entries()) {
      const equals = piece.indexOf("=");
      let key = (equals < 0 ? piece : piece.slice(0, equals)).trim();
      if (!key) {
        if (at === 0) break;
        continue;
      }
      let value: string | number | null = equals < 0 ? null : piece.slice(equals + 1).trim();
      if (at > 0) {
        if (known.has(key.toLowerCase())) key = key.toLowerCase();
        if (key === "version") {
          hasVersion = true;
          if (value !== null) value = stripQuotes(value);
        } else if (key === "expires" && value !== null) {
          value = http2time(stripQuotes(value));
        }
      }
      pairs.push([key, value]);
    }
    if (pairs.length) {
      if (!hasVersion) pairs.push(["version", "0"]);
      out.push(pairs);
    }
  }
  return out;
}

/** The cookies of Set-Cookie2 lines (RFC 2965), as `http.cookiejar.split_header_words` reads them. */
export function splitWords(lines: readonly string[]): Attributes[] {
  const out: Attributes[] = [];
  for (let text of lines) {
    let pairs: Attributes = [];
    const take = (pattern: RegExp): string | undefined => {
      const match = pattern.exec(text);
      if (match) text = text.slice(match[0].length);
      return match?.[1];
    };
    while (text) {
      const name = take(/^\s*([^=\s;,]+)/);
      if (name !== undefined) {
        const quoted = take(/^\s*=\s*"([^"\\]*(?:\\.[^"\\]*)*)"/);
        pairs.push([name, quoted?.replace(/\\(.)/g, "$1") ?? take(/^\s*=\s*([^\s;,]*)/) ?? null]);
      } else if (/^\s*,/.test(text)) {
        text = text.trimStart().slice(1);
        if (pairs.length) out.push(pairs);
        pairs = [];
      } else {
        text = text.replace(/^[=\s;]+/, "");
      }
    }
    if (pairs.length) out.push(pairs);
  }
  return out;
}
