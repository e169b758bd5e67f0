import { kitSpecs } from "@posthaste/adapter-specs/kit";
import { describe } from "vitest";
import { runs } from "./kit.ts";

// Three times all cases.
describe.skipIf(!process.env["CI"])("the kit", () => {
  kitSpecs(runs, new URL("../README.md", import.meta.url));
});
