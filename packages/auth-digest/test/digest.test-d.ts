import {
  answer,
  authDigest,
  parseChallenges,
  type Challenge,
  type DigestAnswer,
  type DigestOption,
} from "@posthaste/auth-digest";
import { proxyDigest } from "@posthaste/auth-digest/proxy";
import { createClient, type Adapter, type Client, type Plugin } from "@posthaste/core";
import { expectTypeOf } from "vitest";

declare const adapter: Adapter;

const credentials = { username: "a", password: "b" };
const client = createClient({ adapter, plugins: [authDigest(credentials)] });
const plain = createClient({ adapter });

expectTypeOf(client).toExtend<Client<DigestOption>>();
// @ts-expect-error -- a client without the plugin is not one with it
expectTypeOf(plain).toExtend<Client<DigestOption>>();

void client.get("http://a.test/", { digest: credentials });
void client.get("http://a.test/", { digest: { ...credentials, origins: ["http://b.test"], qop: "auth-int" } });
void client.get("http://a.test/", { digest: false });
// @ts-expect-error -- the plugin is not installed
void plain.get("http://a.test/", { digest: credentials });
// @ts-expect-error -- no password
void client.get("http://a.test/", { digest: { username: "a" } });
// @ts-expect-error -- no such quality of protection
void client.get("http://a.test/", { digest: { ...credentials, qop: "auth-conf" } });

authDigest();
expectTypeOf(proxyDigest({ ...credentials, proxies: ["http://proxy.test:3128"] })).toEqualTypeOf<Plugin>();
// @ts-expect-error -- a proxy's credentials are not for origins
proxyDigest({ ...credentials, origins: ["http://b.test"] });

expectTypeOf(parseChallenges("")).toEqualTypeOf<Challenge[]>();
expectTypeOf(
  answer({ scheme: "digest", params: {} }, { method: "GET", uri: "/" }, { ...credentials, count: 1, cnonce: "c" }),
).toEqualTypeOf<DigestAnswer | undefined>();
