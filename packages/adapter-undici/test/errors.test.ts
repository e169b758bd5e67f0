import { Failure } from "@posthaste/transport";
import { describe, expect, test } from "vitest";
import { codeOf } from "../src/errors.ts";

const coded = (code: string): Error => Object.assign(new Error("x"), { code });

describe("codeOf", () => {
  test.each([
    ["UND_ERR_DESTROYED", "ERR_CLOSED", "ERR_CLOSED"],
    ["UND_ERR_CLOSED", "ERR_CLOSED", "ERR_CLOSED"],
    ["UND_ERR_HEADERS_OVERFLOW", "ERR_LIMIT", "ERR_LIMIT"],
    ["UND_ERR_INVALID_ARG", "ERR_UNSUPPORTED", "ERR_UNSUPPORTED"],
    ["UND_ERR_SOCKET", "ERR_RESET", "ERR_BODY_TRUNCATED"],
    ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "ERR_PROTOCOL", "ERR_BODY_TRUNCATED"],
    ["ECONNRESET", "ERR_RESET", "ERR_BODY_TRUNCATED"],
    ["EPIPE", "ERR_RESET", "ERR_BODY_TRUNCATED"],
    ["ERR_HTTP2_STREAM_ERROR", "ERR_RESET", "ERR_BODY_TRUNCATED"],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "ERR_TLS", "ERR_TLS"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "ERR_TLS", "ERR_TLS"],
    ["toString", "ERR_RESET", "ERR_BODY_TRUNCATED"],
  ])("%s is %s before the head and %s after it", (code, before, after) => {
    expect([codeOf(coded(code), "headers"), codeOf(coded(code), "body")]).toEqual([before, after]);
  });

  test("of a failure that knows its code is that", () => {
    expect(codeOf(new Failure("ERR_PROXY", "x"), "connect")).toBe("ERR_PROXY");
  });
});
