/** RFC 3492 §6.1, with the numbers of §5. */
function adapt(delta: number, points: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / points);
  let bias = 0;
  for (; rest > 455; bias += 36) rest = Math.floor(rest / 35);
  return bias + Math.floor((36 * rest) / (rest + 38));
}

/** What a label says behind its `xn--` (RFC 3492 §6.2). It has to be a valid one. */
function punycodeToUnicode(text: string): string {
  const at = text.lastIndexOf("-");
  const points = Array.from(text.slice(0, Math.max(at, 0)), (char) => char.codePointAt(0)!);
  let [code, index, bias] = [128, 0, 72];
  for (let next = at + 1; next < text.length;) {
    const before = index;
    for (let [weight, base] = [1, 36]; ; base += 36) {
      const digit = (Number.parseInt(text[next++]!, 36) + 26) % 36;
      const threshold = Math.min(Math.max(base - bias, 1), 26);
      index += digit * weight;
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const count = points.length + 1;
    bias = adapt(index - before, count, before === 0);
    code += Math.floor(index / count);
    index %= count;
    points.splice(index++, 0, code);
  }
  return String.fromCodePoint(...points);
}

/** Letters, marks, digits and the few others that RFC 5892 §2.6 and its appendix A let in. */
const letters = /^(?:[\p{L}\p{M}\p{Nd}\u00b7\u0375\u05f3\u05f4\u30fb-]|\u200c|\u200d)+$/u;

/**
 * IDNA 2008 of one label, or nothing where it is not valid: one that would have to be mapped first, one with symbols.
 */
export function idnaLabel(label: string): string | null {
  const name = label.toLowerCase();
  if (!letters.test(name) || !URL.canParse(`http://${name}`)) return null;
  const encoded = new URL(`http://${name}`).hostname;
  if (!/^xn--[a-z\d-]{1,59}$/.test(encoded)) return null;
  return punycodeToUnicode(encoded.slice(4)) === name ? encoded : null;
}
