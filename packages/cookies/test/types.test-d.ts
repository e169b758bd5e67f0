import type { CookiesOption, Jar } from "@posthaste/cookies";
import { cookies } from "@posthaste/cookies";
import { sameSiteOf, toughJar } from "@posthaste/cookies/tough";
import { createClient, type Adapter, type Client } from "@posthaste/core";
import { CookieJar, MemoryCookieStore } from "tough-cookie";
import { expectTypeOf } from "vitest";

declare const adapter: Adapter;
const bare = createClient({ adapter });
const client = createClient({ adapter, plugins: [cookies({ jar: toughJar({ store: new MemoryCookieStore() }) })] });

// The option is known where the plugin is installed …
void client.get("/", { cookies: false });
void client.get("/", { cookies: { jar: toughJar() } });
void client.get("/", { cookies: { sameSite: "lax" } });
void client.get("/", { cookies: { sameSite: sameSiteOf("https://app.test/") } });
expectTypeOf(client).toExtend<Client<CookiesOption>>();

// … and an error where it is not.
// @ts-expect-error no cookies
void bare.get("/", { cookies: false });
expectTypeOf(bare).not.toExtend<Client<CookiesOption>>();

// @ts-expect-error there is nothing that `true` could mean
void client.get("/", { cookies: true });
// @ts-expect-error no such context
void client.get("/", { cookies: { sameSite: "loose" } });
// @ts-expect-error a jar is needed
cookies({});
// @ts-expect-error a tough-cookie jar is none by itself
cookies({ jar: new CookieJar() });
// @ts-expect-error lines are parsed loosely, as RFC 6265bis asks
toughJar({ looseMode: false });

// A jar may answer at once or later.
expectTypeOf({ get: () => "", store: () => {} }).toExtend<Jar>();
expectTypeOf({ get: async () => "", store: async () => {} }).toExtend<Jar>();
expectTypeOf({ get: () => null, store: () => {} }).not.toExtend<Jar>();
expectTypeOf(toughJar()).toExtend<Jar>();
expectTypeOf(toughJar().cookieJar).toEqualTypeOf<CookieJar>();
