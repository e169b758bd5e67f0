import { HttpError, type Plugin } from "@posthaste/core";
import type { Form } from "./form.ts";
import { multipart, type MultipartOptions } from "./multipart.ts";

/** The call option of {@link multipartPlugin}. */
export interface MultipartOption {
  /** A form to send as the body. Not together with `body` or `json`. */
  multipart?: Form;
}

/**
 * A plugin that takes a form as the call option `multipart`, and that gives a Content-Type `multipart/*` of the caller's
 * own the boundary which it lacks. One with a boundary decides the form's.
 *
 * @throws HttpError `ERR_OPTION` from a call with both `multipart` and another body; else what {@link multipart} throws
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [multipartPlugin()] });
 * await client.post("https://example.test/profile", { multipart: { name: "Ada", avatar: file } });
 * ```
 */
export function multipartPlugin(options: MultipartOptions = {}): Plugin<MultipartOption> {
  return {
    name: "multipart",
    options: ["multipart"],
    prepare(request) {
      const { headers, options: call } = request;
      const given = headers.get("content-type");
      const boundary = /;\s*boundary="?([^";]+)/i.exec(given ?? "")?.[1];
      if (call.multipart) {
        if (request.body) throw new HttpError("ERR_OPTION", "both a body and multipart");
        request.body = multipart(call.multipart, boundary ? { ...options, boundary } : options);
      }
      const type = request.body?.contentType;
      if (!type?.startsWith("multipart/")) return;
      if (!given) headers.append("Content-Type", type);
      else if (!boundary && /^multipart\//i.test(given)) headers.set("Content-Type", given + type.slice(type.indexOf(";")));
    },
  };
}
