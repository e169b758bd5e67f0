import { uploadSpecs } from "@posthaste/adapter-specs/upload";
import { nodeAdapter } from "../src/index.ts";

uploadSpecs(nodeAdapter, {
  length: "Content-Length",
  coding: "Transfer-Encoding",
  emptyStream: ["Transfer-Encoding", "chunked"],
});
