import { tlsSpecs } from "@posthaste/adapter-specs/tls";
import { nodeAdapter } from "../src/index.ts";

tlsSpecs(nodeAdapter);
