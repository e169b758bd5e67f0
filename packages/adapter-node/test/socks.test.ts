import { socksSpecs } from "@posthaste/adapter-specs/socks";
import { nodeAdapter } from "../src/index.ts";

socksSpecs(nodeAdapter);
