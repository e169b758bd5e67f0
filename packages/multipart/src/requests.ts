import { HeaderList } from "@posthaste/core";
import type { Layout } from "./layout.ts";
import { checkLine } from "./refuse.ts";

/** What urllib3 escapes (`format_multipart_header_param`), as HTML does. */
const escape = (text: string): string => text.replace(/["\r\n]/g, (character) => encodeURIComponent(character));

/**
 * The layout of Python's requests 2.34 with urllib3 2.7, byte for byte: values as they are, line endings included; a
 * Content-Type only where one is given; a file name only where there is one; then the part's own headers, of which
 * Content-Disposition, Content-Type and Content-Location are left out, as requests overwrites them.
 *
 * @throws HttpError `ERR_HEADER`, from `multipart()`, for a header with CR, LF or NUL; requests lets it through
 * @example
 * ```ts
 * import { multipart } from "@posthaste/multipart";
 * import { requestsLayout } from "@posthaste/multipart/requests";
 *
 * const body = multipart({ file: { value: "a,b", filename: "t.csv", headers: { "X-Rows": "1" } } }, { layout: requestsLayout });
 * ```
 */
export const requestsLayout: Layout = (entries, boundary) => [
  ...entries.flatMap(({ name, filename, type, headers, text, body }) => {
    let head = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(name)}"`;
    if (filename !== undefined) head += `; filename="${escape(filename)}"`;
    // `make_multipart` overwrites these three, by their exact names, and `render_headers` leaves out what is empty.
    const own = new HeaderList(headers).filter(([header]) => !/^Content-(Disposition|Type|Location)$/.test(header));
    for (const [header, value] of [["Content-Type", type], ...own]) {
      checkLine(`${header}${value}`);
      if (value) head += `\r\n${header}: ${value}`;
    }
    return [`${head}\r\n\r\n`, text ?? body, "\r\n"];
  }),
  `--${boundary}--\r\n`,
];
