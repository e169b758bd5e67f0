declare module "undici/lib/dispatcher/client.js" {
  import type { Client } from "undici";
  const Class: typeof Client;
  export default Class;
}

declare module "undici/lib/core/errors.js" {
  export const HTTPParserError: abstract new () => Error & {
    /** The bytes that are not HTTP. */
    readonly data?: string;
  };
}
