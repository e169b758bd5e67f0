import { responseSpecs } from "@posthaste/adapter-specs/response";
import { undiciAdapter } from "../src/index.ts";

responseSpecs(undiciAdapter);
