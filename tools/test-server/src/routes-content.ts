import { randomUUID } from "node:crypto";
import { json, text } from "./exchange.ts";
import type { Route } from "./router.ts";
import { route } from "./router.ts";
import { redirect } from "./routes-redirect.ts";

const HTML = "text/html; charset=utf-8";
const SLIDES = [
  { title: "Wake up to WonderWidgets!", type: "all" },
  {
    items: ["Why <em>WonderWidgets</em> are great", "Who <em>buys</em> WonderWidgets"],
    title: "Overview",
    type: "all",
  },
];
const SLIDESHOW = {
  slideshow: { author: "Yours Truly", date: "date of publication", slides: SLIDES, title: "Sample Slide Show" },
};
const PAGE = `<!DOCTYPE html>
<html>
  <head>
  </head>
  <body>
      <h1>Herman Melville - Moby-Dick</h1>
      <div>
        <p>
          Availing himself of the mild, summer-cool weather that now reigned in these latitudes, and in preparation for
          the peculiarly active pursuits shortly to be anticipated, Perth, the begrimed, blistered old blacksmith, had
          not removed his portable forge to the hold again.
        </p>
      </div>
  </body>
</html>
`;
const XML = `<?xml version='1.0' encoding='us-ascii'?>
<!--  A SAMPLE set of slides  -->
<slideshow
    title="Sample Slide Show"
    date="Date of publication"
    author="Yours Truly"
    >
    <!-- TITLE SLIDE -->
    <slide type="all">
      <title>Wake up to WonderWidgets!</title>
    </slide>
    <!-- OVERVIEW -->
    <slide type="all">
        <title>Overview</title>
        <item>Why <em>WonderWidgets</em> are great</item>
        <item/>
        <item>Who <em>buys</em> WonderWidgets</item>
    </slide>
</slideshow>`;
/** One grey pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==",
  "base64",
);

/** Routes with content of a type. */
export const contentRoutes: readonly Route[] = [
  route("GET", "/json", () => json(SLIDESHOW)),
  route("GET", "/html", () => text(HTML, PAGE)),
  route("GET", "/xml", () => text("application/xml", XML)),
  route("GET", "/robots.txt", () => text("text/plain", "User-agent: *\nDisallow: /deny\n")),
  route("GET", "/image/png", () => text("image/png", PNG)),
  route("GET", "/uuid", () => json({ uuid: randomUUID() })),
  route("GET", "/base64/<value>", (_, { value }) => {
    const valid = /^[\w+/-]*={0,2}$/.test(value) && value.replace(/=+$/, "").length % 4 !== 1;
    if (!valid) return text(HTML, "Incorrect Base64 data try: SFRUUEJJTiBpcyBhd2Vzb21l");
    return text(HTML, Buffer.from(value, "base64"));
  }),
  route("GET", "/links/<int:n>", (_, { n }) => redirect(`/links/${n}/0`)),
  route("GET", "/links/<int:n>/<int:offset>", (_, { n, offset }) => {
    const count = Math.min(Math.max(1, n), 200);
    const links = Array.from({ length: count }, (__, index) =>
      index === offset ? `${index} ` : `<a href='/links/${count}/${index}'>${index}</a> `,
    );
    return text(HTML, `<html><head><title>Links</title></head><body>${links.join("")}</body></html>`);
  }),
];
