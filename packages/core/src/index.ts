export type { Body, BodyInit, Chunk } from "./body.ts";
export { createClient, type Client, type ClientConfig, type OptionsOf } from "./client.ts";
export type { ConnectionOption, ConnectionOptions, ProxyOptions, TimeoutOption, TlsOptions } from "./connection.ts";
export { HttpError, type ErrorCode, type ErrorDetails, type Phase } from "./error.ts";
export { HeaderList, type Header, type HeaderInit } from "./headers.ts";
export type { Adapter, Capabilities, Plugin, Send, Stage } from "./plugin.ts";
export { canReplay, copy, type CallOptions, type HttpRequest, type QueryValue } from "./request.ts";
export { HttpResponse, type ResponseBody, type ResponseInit } from "./response.ts";
