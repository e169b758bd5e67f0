export { proxyFor } from "./choose.ts";
export { fromEnvironment } from "./environment.ts";
export type { ProxyChooser, ProxyInit, ProxyMap, ProxyOption, ProxySource } from "./options.ts";
export { proxy } from "./proxy.ts";
