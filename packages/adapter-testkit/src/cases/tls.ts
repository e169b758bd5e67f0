import { refused, same } from "../assert.ts";
import { group } from "../case.ts";
import type { Kit, TestCase } from "../case.ts";
import { head, reply, secure } from "../control.ts";
import type { Script } from "../control.ts";
import type { CertificateName, Step } from "../script.ts";
import { requestsOf } from "./parts.ts";

/** A server of `https:` with a certificate of the authority. */
function serve(kit: Kit, certificate: CertificateName = "good", client = false): Promise<Script> {
  const steps: readonly Step[] = [secure(certificate, client), head, ...reply("safe"), head, ...reply("again")];
  return kit.script({ connections: [steps] });
}

/** No request came through. */
async function nothingCame(server: Script): Promise<void> {
  same(requestsOf(await server.record()), [], "requests");
}

/** Who is at the other end. */
export const tls: readonly TestCase[] = group(
  "tls",
  [
    "untrusted",
    "a server that nobody vouches for is refused, and is sent no request",
    [],
    async (kit) => {
      const server = await serve(kit);
      const codes = kit.can.errorCodes ? (["ERR_TLS"] as const) : [];
      await refused(kit.client().get(server.https()), "the call", ...codes);
      await nothingCame(server);
    },
  ],
  [
    "no-tls",
    "a server that does not speak TLS is refused",
    ["errorCodes"],
    async (kit) => {
      const server = await kit.script({ connections: [[{ do: "send", bytes: "220 mail.test ESMTP\r\n" }]] });
      await refused(kit.client().get(server.https()), "the call", "ERR_TLS");
    },
  ],
  [
    "trusted",
    "an authority that the call names is trusted, as text, bytes or one of many",
    ["tls"],
    async (kit) => {
      const server = await serve(kit);
      const { ca } = server.ordered;
      for (const given of [ca, new TextEncoder().encode(ca), [ca]]) {
        const response = await kit.client().get(server.https(), { connection: { tls: { ca: given } } });
        same(await response.text(), "safe", "content");
      }
      same((await server.record()).connections.at(-1)!.servername, "localhost", "name that was asked for");
    },
  ],
  [
    "settings",
    "an authority of the adapter's own settings is trusted",
    ["tls"],
    async (kit) => {
      const server = await serve(kit);
      const client = kit.client({ connection: { tls: { ca: server.ordered.ca } } });
      same(await (await client.get(server.https())).text(), "safe", "content");
    },
  ],
  [
    "address",
    "a certificate for an address is good for that",
    ["tls"],
    async (kit) => {
      const server = await serve(kit);
      const tls = { ca: server.ordered.ca };
      const response = await kit.client().get(server.https("127.0.0.1"), { connection: { tls } });
      same(await response.text(), "safe", "content");
    },
  ],
  ...(["wrongHost", "expired", "selfSigned"] as const).map((certificate) => {
    const titles = {
      wrongHost: "a certificate for somebody else is refused",
      expired: "a certificate that has expired is refused",
      selfSigned: "a certificate that nobody signed is refused",
    };
    const run = async (kit: Kit): Promise<void> => {
      const server = await serve(kit, certificate);
      const tls = { ca: server.ordered.ca };
      await refused(kit.client().get(server.https(), { connection: { tls } }), "the call", "ERR_TLS");
      await nothingCame(server);
    };
    return [
      certificate.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`),
      titles[certificate],
      ["tls"],
      run,
    ] as const;
  }),
  [
    "unverified",
    "rejectUnauthorized: false takes any certificate",
    ["tls"],
    async (kit) => {
      const client = kit.client();
      for (const certificate of ["good", "wrongHost", "expired", "selfSigned"] as const) {
        const server = await serve(kit, certificate);
        const response = await client.get(server.https(), { connection: { tls: { rejectUnauthorized: false } } });
        same(await response.text(), "safe", "content");
      }
    },
  ],
  [
    "unverified-apart",
    "a connection that was not verified is not used for a call that wants it verified",
    ["tls"],
    async (kit) => {
      const server = await serve(kit, "wrongHost");
      const client = kit.client();
      const tls = { ca: server.ordered.ca };
      await (await client.get(server.https(), { connection: { tls: { ...tls, rejectUnauthorized: false } } })).text();
      await refused(client.get(server.https(), { connection: { tls } }), "the second call", "ERR_TLS");
    },
  ],
  [
    "reuse",
    "a connection is used again by a call with the same settings",
    ["tls", "connections"],
    async (kit) => {
      const server = await serve(kit);
      const client = kit.client();
      for (const expected of ["safe", "again"]) {
        const response = await client.get(server.https(), { connection: { tls: { ca: server.ordered.ca } } });
        same(await response.text(), expected, "content");
      }
    },
  ],
  [
    "servername",
    "servername is the name that is asked for and verified",
    ["tls"],
    async (kit) => {
      const server = await serve(kit);
      const { ca } = server.ordered;
      const client = kit.client();
      const named = { connection: { tls: { ca, servername: "named.test" } } };
      same(await (await client.get(server.https("127.0.0.1"), named)).text(), "safe", "content");
      same((await server.record()).connections[0]!.servername, "named.test", "name that was asked for");
      const other = { connection: { tls: { ca, servername: "other.test" } } };
      await refused(client.get(server.https(), other), "a name that the certificate has not", "ERR_TLS");
    },
  ],
  [
    "host-header",
    "a Host of the caller's changes neither the name that is asked for nor the one that is verified",
    ["tls", "headerCase"],
    async (kit) => {
      const server = await serve(kit);
      const connection = { tls: { ca: server.ordered.ca } };
      const response = await kit.client().get(server.https(), { connection, headers: { Host: "other.test" } });
      same(await response.text(), "safe", "content");
      same((await server.record()).connections[0]!.servername, "localhost", "name that was asked for");
    },
  ],
  [
    "client-certificate",
    "the client's certificate is shown",
    ["tls"],
    async (kit) => {
      const server = await serve(kit, "good", true);
      const tls = { ca: server.ordered.ca, ...server.ordered.client };
      same(await (await kit.client().get(server.https(), { connection: { tls } })).text(), "safe", "content");
      same((await server.record()).connections[0]!.clientName, "client", "the client's name");
    },
  ],
  [
    "no-client-certificate",
    "a server that wants a certificate and gets none ends the call",
    ["tls"],
    async (kit) => {
      const server = await serve(kit, "good", true);
      const tls = { ca: server.ordered.ca };
      const call = kit.client().get(server.https(), { connection: { tls } });
      await refused(call, "the call", "ERR_TLS", "ERR_RESET");
      await nothingCame(server);
    },
  ],
);
