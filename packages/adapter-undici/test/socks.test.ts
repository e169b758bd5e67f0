import { socksSpecs } from "@posthaste/adapter-specs/socks";
import { undiciAdapter } from "../src/index.ts";

socksSpecs(undiciAdapter);
