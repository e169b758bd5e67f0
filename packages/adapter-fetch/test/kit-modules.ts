/** What the kit's runs find elsewhere than in Node. */
export { runKit } from "@posthaste/adapter-testkit";
export { fetchAdapter } from "../src/index.ts";
export { fetchAdapter as timeoutAdapter } from "../src/timeout.ts";
