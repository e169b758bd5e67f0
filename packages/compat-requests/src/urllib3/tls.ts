import type { TlsOptions } from "@posthaste/core";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { record } from "../python/values.ts";

/** What says how a pool speaks TLS: paths, as urllib3 has them. */
export interface TlsPaths {
  cert_reqs?: string | null;
  ca_certs?: string | null;
  ca_cert_dir?: string | null;
  cert_file?: string | null;
  key_file?: string | null;
  /** Anything further for `node:tls`. */
  ssl_context?: TlsOptions | null;
  assert_hostname?: string | false | null;
  server_hostname?: string | null;
}

const files = new Map<string, { changed: number; text: string }>();

/** A file's text, read again only when it has changed. */
function read(path: string): string {
  const changed = statSync(path).mtimeMs;
  const known = files.get(path);
  if (known?.changed === changed) return known.text;
  const text = readFileSync(path, "latin1");
  files.set(path, { changed, text });
  return text;
}

function isFile(path: string): boolean {
  return statSync(path).isFile();
}

/** What the transport is told for them; nothing where all is as it is by default. */
export function tlsOptions(paths: TlsPaths): TlsOptions | undefined {
  const { cert_reqs, ca_certs, ca_cert_dir, cert_file, key_file, ssl_context, server_hostname } = paths;
  const options = record<TlsOptions>(ssl_context);
  if (cert_reqs === "CERT_NONE") options.rejectUnauthorized = false;
  if (ca_certs) options.ca = read(ca_certs);
  if (ca_cert_dir) {
    const all = readdirSync(ca_cert_dir).map((name) => join(ca_cert_dir, name));
    options.ca = all.filter(isFile).map(read);
  }
  if (cert_file) {
    options.cert = read(cert_file);
    options.key = read(key_file || cert_file);
  }
  if (server_hostname) options.servername = server_hostname;
  return Object.keys(options).length ? options : undefined;
}
