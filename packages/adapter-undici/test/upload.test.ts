import { uploadSpecs } from "@posthaste/adapter-specs/upload";
import { undiciAdapter } from "../src/index.ts";

uploadSpecs(undiciAdapter, {
  length: "content-length",
  coding: "transfer-encoding",
  emptyStream: ["content-length", "0"],
});
