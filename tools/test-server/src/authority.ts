import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import type * as X509 from "@peculiar/x509";

/** A certificate and its private key, both PEM; fits Node's TLS options. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface IssueOptions {
  /** DNS names and IP addresses; without it localhost, 127.0.0.1 and ::1. None: no subjectAltName. */
  readonly names?: readonly string[];
  /** Without it, the first name. */
  readonly commonName?: string;
  /** For a client rather than a server. */
  readonly client?: boolean;
  /** Valid until yesterday. */
  readonly expired?: boolean;
  /** Signed by its own key, not by the authority. */
  readonly selfSigned?: boolean;
}

/** A certificate authority that nothing trusts but who is given its `ca`. */
export interface Authority {
  /** The certificate of the authority, PEM. */
  readonly ca: string;
  readonly issue: (options?: IssueOptions) => Promise<Certificate>;
}

const CURVE = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 86_400_000;

/** Makes a new authority with an EC key (P-256). */
export async function createAuthority(): Promise<Authority> {
  const x509 = await loadX509();
  const caKeys = await generateKeys();
  const caName = "CN=Test Authority";
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: caName,
    ...validity(false),
    keys: caKeys,
    signingAlgorithm: CURVE,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });

  const issue = async (options: IssueOptions = {}): Promise<Certificate> => {
    const names = options.names ?? ["localhost", "127.0.0.1", "::1"];
    const keys = await generateKeys();
    const subject = new x509.Name([{ CN: [options.commonName ?? names[0] ?? "nobody"] }]).toString();
    const signer = options.selfSigned ? keys : caKeys;
    const certificate = await x509.X509CertificateGenerator.create({
      subject,
      issuer: options.selfSigned ? subject : caName,
      ...validity(options.expired ?? false),
      publicKey: keys.publicKey,
      signingKey: signer.privateKey,
      signingAlgorithm: CURVE,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([
          options.client ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth,
        ]),
        ...(names.length > 0
          ? [
              new x509.SubjectAlternativeNameExtension(
                names.map((value) => ({ type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value })),
              ),
            ]
          : []),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey),
      ],
    });
    const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    return { cert: certificate.toString("pem"), key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
  };
  return { ca: ca.toString("pem"), issue };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
}

function validity(expired: boolean): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 2 * DAY), notAfter: new Date(now + (expired ? -DAY : 30 * DAY)) };
}

/** Loaded at the first use, so that a test without TLS does not pay for it. */
async function loadX509(): Promise<typeof X509> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}
