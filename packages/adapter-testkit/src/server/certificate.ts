import { X509Certificate, createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A certificate and its private key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is for. */
interface Subject {
  readonly name: string;
  /** DNS names, and addresses by their bytes. */
  readonly names?: readonly (string | readonly number[])[];
  readonly client?: boolean;
  readonly expired?: boolean;
  readonly selfSigned?: boolean;
}

/** Signs certificates that nobody trusts but who is given its own. */
export interface Authority {
  readonly ca: string;
  issue(subject: Subject): Certificate;
}

// X.509 in DER (RFC 5280 §4.1, X.690 §8): enough of it for keys on P-256, so that the package needs no other.

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const bytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const octets = (content: Uint8Array): Buffer => der(0x04, content);
const bits = (content: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.from([unused]), content);
const yes = Buffer.from([0x01, 0x01, 0xff]);

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = rest.flatMap((arc) => {
    const digits = [arc & 127];
    while ((arc >>= 7) > 0) digits.unshift((arc & 127) | 128);
    return digits;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

const commonName = (name: string): Buffer =>
  sequence(der(0x31, sequence(oid("2.5.4.3"), der(0x0c, Buffer.from(name, "utf8")))));

// GeneralizedTime would be wrong before 2050 (RFC 5280 §4.1.2.5).
const time = (date: Date): Buffer =>
  der(0x17, Buffer.from(`${date.toISOString().replaceAll(/\D/g, "").slice(2, 14)}Z`));

const extension = (id: string, value: Uint8Array, critical = false): Buffer =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));

const alternativeName = (name: string | readonly number[]): Buffer =>
  typeof name === "string" ? der(0x82, Buffer.from(name, "latin1")) : der(0x87, Buffer.from(name));

const signature = sequence(oid("1.2.840.10045.4.3.2"));
const day = 86_400_000;

/** Makes a new authority. */
export function createAuthority(): Authority {
  const authority = "Script Server Authority";
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });

  function certificate(
    subject: Subject,
    publicKey: KeyObject,
    issuer: string,
    signer: typeof keys,
    ca = false,
  ): string {
    const spki = publicKey.export({ type: "spki", format: "der" });
    const identify = (key: Uint8Array): Buffer => createHash("sha1").update(key).digest();
    const signerKey = signer.publicKey.export({ type: "spki", format: "der" });
    const { names = [], client = false, expired = false } = subject;
    const extensions = [
      extension("2.5.29.19", ca ? sequence(yes) : sequence(), true),
      // keyCertSign and cRLSign, or digitalSignature (RFC 5280 §4.2.1.3).
      extension("2.5.29.15", ca ? bits(Buffer.from([0b0000_0110]), 1) : bits(Buffer.from([0b1000_0000]), 7), true),
      extension("2.5.29.14", octets(identify(spki))),
      extension("2.5.29.35", sequence(der(0x80, identify(signerKey)))),
    ];
    if (!ca) extensions.push(extension("2.5.29.37", sequence(oid(`1.3.6.1.5.5.7.3.${client ? 2 : 1}`))));
    if (names.length > 0) extensions.push(extension("2.5.29.17", sequence(...names.map(alternativeName))));
    const now = Date.now();
    const serial = randomBytes(12);
    // Positive, and in as few bytes as it takes.
    serial[0] = (serial[0]! & 0x3f) | 0x40;
    const toSign = sequence(
      der(0xa0, der(0x02, Buffer.from([2]))),
      der(0x02, serial),
      signature,
      commonName(issuer),
      sequence(time(new Date(now - 2 * day)), time(new Date(now + (expired ? -day : 30 * day)))),
      commonName(subject.name),
      spki,
      der(0xa3, sequence(...extensions)),
    );
    return new X509Certificate(sequence(toSign, signature, bits(sign("sha256", toSign, signer.privateKey)))).toString();
  }

  return {
    ca: certificate({ name: authority }, keys.publicKey, authority, keys, true),
    issue(subject) {
      const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const signed = subject.selfSigned ? ([subject.name, own] as const) : ([authority, keys] as const);
      return {
        cert: certificate(subject, own.publicKey, ...signed),
        key: own.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}
