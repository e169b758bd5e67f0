import type { Body, Plugin } from "@posthaste/core";
import type { Form } from "./form.ts";
import { multipart, type MultipartOptions } from "./multipart.ts";
import { refuse } from "./refuse.ts";

/** The call option of {@link multipartPlugin}. */
export interface MultipartOption {
  /** A form to send as the body, in place of `body` and `json`. */
  multipart?: Form;
}

/**
 * Takes a form as the call option `multipart`, and gives a Content-Type `multipart/…` that the caller has set the boundary
 * of the body: of one by that option as of one by {@link multipart}.
 *
 * @throws HttpError from a call: `ERR_OPTION` with `multipart` beside another body, and what {@link multipart} throws
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [multipartPlugin()] });
 * await client.post("https://example.test/notes", { multipart: { title: "Notes", file } });
 * ```
 */
export function multipartPlugin(options?: MultipartOptions): Plugin<MultipartOption> {
  return {
    name: "multipart",
    options: ["multipart"],
    prepare(request) {
      const { headers, options: call } = request;
      if (call.multipart) {
        if (request.body) refuse("ERR_OPTION", "option", "body");
        request.body = multipart(call.multipart, options);
      }
      const boundary = (request.body as Body | null)?.contentType?.split("boundary=")[1];
      const given = headers.get("Content-Type");
      if (boundary && /^multipart\//i.test(given!)) {
        headers.set("Content-Type", given!.replace(/; *boundary=[^;]*|$/i, `; boundary=${boundary}`));
      }
    },
  };
}
