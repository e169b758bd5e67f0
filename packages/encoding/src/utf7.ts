import type { Bad, Step } from "./decode.ts";

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** UTF-7 (RFC 2152), with errors where Python's codec has them. */
export function utf7(bad: Bad): Step {
  let shifted = false;
  // Right after the "+" that shifts.
  let fresh = false;
  let bits = 0;
  let buffer = 0;
  let high = "";
  return (bytes, final) => {
    let text = "";
    for (const byte of bytes) {
      const char = String.fromCharCode(byte);
      const value = digits.indexOf(char);
      if (!shifted) {
        shifted = fresh = char === "+";
        bits = buffer = 0;
        high = "";
        if (!shifted) text += byte < 128 ? char : bad();
      } else if (value >= 0) {
        fresh = false;
        buffer = (buffer << 6) | value;
        bits += 6;
        if (bits > 15) {
          bits -= 16;
          const unit = String.fromCharCode(buffer >> bits);
          text += high;
          high = "";
          if (/[\ud800-\udbff]/.test(unit)) high = unit;
          else text += unit;
          buffer &= (1 << bits) - 1;
        }
      } else {
        shifted = false;
        if (fresh ? char !== "-" : bits > 5 || buffer) text += bad();
        else if (fresh) text += "+";
        else if (byte > 127) text += bad();
        else text += high + (char === "-" ? "" : char);
      }
    }
    return final && shifted && (high || bits > 5 || buffer) ? text + bad() : text;
  };
}
