import { timeoutsSpecs } from "@posthaste/adapter-specs/timeouts";
import { nodeAdapter } from "../src/index.ts";

timeoutsSpecs(nodeAdapter);
