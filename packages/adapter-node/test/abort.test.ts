import { abortSpecs } from "@posthaste/adapter-specs/abort";
import { nodeAdapter } from "../src/index.ts";

abortSpecs(nodeAdapter, { unwritten: "closed" });
