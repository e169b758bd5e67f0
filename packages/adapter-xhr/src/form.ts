import type { BodyInit } from "@posthaste/core";

/**
 * A form as a request's body, for this adapter: the browser encodes it, and reads its files while it sends them. Other
 * adapters take what `@posthaste/multipart` makes of one.
 *
 * @example
 * ```ts
 * await client.post("/upload", { body: formBody(new FormData(document.forms[0])) });
 * ```
 */
export const formBody = (form: FormData): BodyInit =>
  // Not all adapters can send one, and so it is none of the types that they share.
  form as unknown as BodyInit;
