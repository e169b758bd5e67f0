import { abortSpecs } from "@posthaste/adapter-specs/abort";
import { undiciAdapter } from "../src/index.ts";

abortSpecs(undiciAdapter, { unwritten: "kept" });
