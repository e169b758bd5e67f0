import { auth, basic, bearer, urlCredentials, type AuthMethod, type AuthOption } from "@posthaste/auth";
import { netrc, parseNetrc, type NetrcEntry } from "@posthaste/auth/netrc";
import { proxyBasic } from "@posthaste/auth/proxy";
import { createClient, type Adapter, type Client, type Plugin } from "@posthaste/core";
import { expectTypeOf } from "vitest";

declare const adapter: Adapter;
const bare = createClient({ adapter, plugins: [proxyBasic("user", "passwd", { proxies: ["http://proxy.test"] })] });
const client = createClient({ adapter, plugins: [auth([netrc(), urlCredentials(), basic("user", "passwd")])] });

// The option is known where the plugin is installed …
void client.get("/", { auth: false });
void client.get("/", { auth: bearer("t-1", { origins: ["https://api.test"] }) });
void client.get("/", { auth: [urlCredentials(), bearer(async () => "t-1", { refresh: async (old) => old })] });
expectTypeOf(client).toExtend<Client<AuthOption>>();

// … and an error where it is not.
// @ts-expect-error no auth
void bare.get("/", { auth: false });
expectTypeOf(bare).not.toExtend<Client<AuthOption>>();

// @ts-expect-error there is nothing that `true` could mean
void client.get("/", { auth: true });
// @ts-expect-error a method, not its parts
void client.get("/", { auth: ["user", "passwd"] });
// @ts-expect-error no such encoding
basic("user", "passwd", { encoding: "utf-16" });
// @ts-expect-error a token is text
bearer(123);
// @ts-expect-error what to do is one of three words
netrc({ insecure: true });

expectTypeOf(auth(basic("user", "passwd"))).toEqualTypeOf<Plugin<AuthOption>>();
expectTypeOf({ credentials: () => "Custom" }).toExtend<AuthMethod>();
expectTypeOf({ credentials: async () => undefined, origins: "*" as const }).toExtend<AuthMethod>();
expectTypeOf(parseNetrc("")).toEqualTypeOf<NetrcEntry[]>();
