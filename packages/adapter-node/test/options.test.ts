import { optionsSpecs } from "@posthaste/adapter-specs/options";
import { nodeAdapter } from "../src/index.ts";

optionsSpecs(nodeAdapter, { name: "adapter-node", cannot: [] });
