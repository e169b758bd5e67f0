import type { Bad, Step } from "./decode.ts";

/** UTF-16 as Python has it: a byte order mark gives the order and is dropped; without one it is little-endian. */
export function utf16(decoder: (name: string) => Step): Step {
  let step: Step | undefined;
  let held: number[] = [];
  return (bytes, final) => {
    if (step) return step(bytes, final);
    const head = [...held, ...bytes.subarray(0, 2)];
    if (head.length < 2 && !final) {
      held = head;
      return "";
    }
    step = decoder(head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : "utf-16le");
    return step(Uint8Array.from(held), false) + step(bytes, final);
  };
}

/** UTF-32, with its order as {@link utf16} has it where none is given. */
export function utf32(order: string | undefined, bad: Bad): Step {
  let point = 0;
  let count = 0;
  return (bytes, final) => {
    let text = "";
    for (const byte of bytes) {
      point = order === "b" ? (point << 8) | byte : point | (byte << (8 * count));
      if (++count < 4) continue;
      if (!order && (point === 0xfeff || point === 0xfffe << 16)) order = point > 0 ? "l" : "b";
      else {
        order ||= "l";
        text += point >>> 0 > 0x10ffff || point >> 11 === 27 ? bad() : String.fromCodePoint(point);
      }
      point = count = 0;
    }
    return final && count ? text + bad() : text;
  };
}
