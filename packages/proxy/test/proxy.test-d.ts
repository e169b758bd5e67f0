import { createClient, type Adapter, type Client, type ProxyOptions } from "@posthaste/core";
import { fromEnvironment, proxy, proxyFor, type ProxyMap, type ProxyOption } from "@posthaste/proxy";
import { expectTypeOf } from "vitest";

declare const adapter: Adapter;

const client = createClient({ adapter, plugins: [proxy()], defaults: { proxy: { http: "http://proxy.test" } } });
const plain = createClient({ adapter });

expectTypeOf(client).toExtend<Client<ProxyOption>>();
// @ts-expect-error -- a client without the plugin is not one with it
expectTypeOf(plain).toExtend<Client<ProxyOption>>();

void client.get("http://a.test/", { proxy: false });
void client.get("http://a.test/", { proxy: "socks5h://127.0.0.1:1080" });
void client.get("http://a.test/", { proxy: { "https://a.test": null, all: { url: "proxy.test" }, no: "localhost" } });
void client.get("http://a.test/", { proxy: (url) => (url.protocol === "https:" ? "proxy.test" : null) });
void client.get("http://a.test/", { proxy: async () => undefined });
// @ts-expect-error -- only false, for true would say nothing
void client.get("http://a.test/", { proxy: true });
// @ts-expect-error -- a list is a text
void client.get("http://a.test/", { proxy: { no: null } });
// @ts-expect-error -- a port is no proxy
void client.get("http://a.test/", { proxy: { http: 3128 } });
// @ts-expect-error -- the plugin is not installed
void plain.get("http://a.test/", { proxy: false });

expectTypeOf(proxyFor("http://a.test/", {})).toEqualTypeOf<ProxyOptions | null | undefined>();
expectTypeOf(proxyFor).toBeCallableWith(new URL("http://a.test/"), "proxy.test");
// @ts-expect-error -- functions are asked by the plugin
proxyFor("http://a.test/", () => "proxy.test");
expectTypeOf(fromEnvironment()).toEqualTypeOf<ProxyMap>();
expectTypeOf(fromEnvironment).toBeCallableWith(process.env);
