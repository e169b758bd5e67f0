import { kitSpecs } from "@posthaste/adapter-specs/kit";
import { runs } from "./kit.ts";

kitSpecs(runs, new URL("../README.md", import.meta.url));
