import { optionsSpecs } from "@posthaste/adapter-specs/options";
import { undiciAdapter } from "../src/index.ts";

optionsSpecs(undiciAdapter, { name: "adapter-undici", cannot: ["framingHeaders"] });
