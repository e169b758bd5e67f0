import { exists } from "#platform";

/** Where systems keep their authorities in one file. */
const places = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * The path of a file with certificate authorities: the system's. (Python's requests brings its own; without a path, Node's
 * built-in authorities count here.)
 */
export function where(): string {
  return places.find((path) => exists(path)) ?? places[0]!;
}
