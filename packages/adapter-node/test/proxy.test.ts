import { proxySpecs } from "@posthaste/adapter-specs/proxy";
import { nodeAdapter } from "../src/index.ts";

proxySpecs(nodeAdapter);
