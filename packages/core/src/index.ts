export { jsonBody, toBody, type Body, type BodyInit, type Chunk } from "./body.ts";
export { createClient, type Client, type ClientConfig, type OptionsOf } from "./client.ts";
export type { ConnectionOption, ConnectionOptions, ProxyOptions, TlsOptions } from "./connection.ts";
export { HttpError, type ErrorCode, type ErrorDetails, type Phase } from "./error.ts";
export { HeaderList, type Header, type HeaderInit } from "./headers.ts";
export { interceptors, type Interceptors, type InterceptorsOptions, type InterceptorsPlugin } from "./interceptors.ts";
export type { Adapter, Capabilities, Plugin, Send, Stage } from "./plugin.ts";
export { canReplay, copy, type CallOptions, type HttpRequest, type QueryValue, type Timeout } from "./request.ts";
export { HttpResponse, type ResponseInit } from "./response.ts";
