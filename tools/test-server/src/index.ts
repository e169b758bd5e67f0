export type { Authority, Certificate, IssueOptions } from "./authority.ts";
export { createAuthority } from "./authority.ts";
export type { RawHead, RawRequest } from "./framing.ts";
export type { Part } from "./multipart.ts";
export { parseMultipart } from "./multipart.ts";
export type { RawConnection, RawHandler, RawReply, RawServer, RawServerOptions } from "./raw.ts";
export { startRawServer } from "./raw.ts";
export type { HttpsListener, HttpsOptions, RecordedRequest, TestServer, TestServerOptions } from "./server.ts";
export { startTestServer } from "./server.ts";
