const v4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Whether a text is an IPv4 address in four decimal numbers. */
export function isIPv4(text: string): boolean {
  return v4.test(text);
}

/** Whether a text is an IPv6 address (RFC 4291 §2.2), with a zone (RFC 4007 §11) or without. */
export function isIPv6(text: string): boolean {
  const [, address] = /^([\da-f:.]+)(?:%[\da-z.:-]+)?$/i.exec(text) ?? [];
  return address !== undefined && URL.canParse(`http://[${address}]`);
}
