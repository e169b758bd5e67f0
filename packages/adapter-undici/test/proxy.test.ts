import { proxySpecs } from "@posthaste/adapter-specs/proxy";
import { undiciAdapter } from "../src/index.ts";

proxySpecs(undiciAdapter);
