import { SocketAddress } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ipv6 } from "../src/socks.ts";

test("ipv6() gives the bytes of any address", () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const groups = Array.from({ length: 8 }, (_, index) => {
        const [high = 0, low = 0] = ipv6(text).slice(index * 2);
        return ((high << 8) | low).toString(16);
      });
      const canonical = (address: string): string => new SocketAddress({ family: "ipv6", address }).address;
      expect(canonical(groups.join(":"))).toBe(canonical(text));
      expect(ipv6(text)).toHaveLength(16);
    }),
  );
});
