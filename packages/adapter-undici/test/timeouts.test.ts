import { timeoutsSpecs } from "@posthaste/adapter-specs/timeouts";
import { undiciAdapter } from "../src/index.ts";

timeoutsSpecs(undiciAdapter);
