/**
 * Whether a list in the form of `NO_PROXY` names the URL's server: entries with commas or white space between them, `*` for
 * all, or a name (and all below it, with or without a leading dot or `*.`) or an address, either with a port, or a network.
 */
export function isBypassed({ protocol, hostname, port }: URL, list: string): boolean {
  const host = hostname.replace(/\.$/, "");
  const address = bitsOf(host);
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === "*") return true;
      // An IPv6 address needs its brackets only where a port follows.
      const [, name = "", bits, only] =
        /^(\[.+\]|[^:/[]+|[^/[]*:[^/[]*:[^/[]*)(?:\/(\d+))?(?::(\d+))?$/.exec(entry) ?? [];
      const wanted = canonical(name.replace(/^(\*?\.)+|\.$/g, ""));
      if (!wanted || (only && only !== (port || (protocol === "https:" ? "443" : "80")))) return false;
      const network = bitsOf(wanted);
      if (!network) return !address && !bits && `.${host}`.endsWith(`.${wanted}`);
      // Of an IPv4 network, the 96 bits that map it are fixed, too.
      const fixed = bits ? Number(bits) + (wanted[0] === "[" ? 0 : 96) : 128;
      return address !== "" && fixed <= 128 && address.slice(0, fixed) === network.slice(0, fixed);
    });
}

/** The form that `URL.hostname` has: IDNA, and the shortest form of an address. */
function canonical(name: string): string | undefined {
  return /^[a-z\d.-]*$/.test(name)
    ? name
    : URL.parse(`http://${name.includes("[") ? name : name.replace(/.*:.*/, "[$&]")}`)?.hostname;
}

/** The 128 bits of an address as text, IPv4 mapped into IPv6 (RFC 4291 §2.5.5.2); empty for a name. */
function bitsOf(host: string): string {
  const binary = (groups: string[], radix: number, width: number): string =>
    groups.map((group) => parseInt(group, radix).toString(2).padStart(width, "0")).join("");
  const groupsOf = (text: string): string[] => text.match(/[\da-f]+/g) ?? [];
  if (host[0] === "[") {
    const missing = 8 - groupsOf(host).length;
    return binary(groupsOf(host.replace("::", `:${"0:".repeat(missing)}`)), 16, 16);
  }
  return /^\d+(\.\d+){3}$/.test(host) ? "0".repeat(80) + "1".repeat(16) + binary(groupsOf(host), 10, 8) : "";
}
