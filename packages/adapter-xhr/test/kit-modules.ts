/** What the kit's run finds in the browser under the name `modules`. */
export { runKit } from "@posthaste/adapter-testkit";
export { xhrAdapter } from "../src/index.ts";
