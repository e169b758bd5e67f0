import { execFile, spawn } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { inspect, promisify } from "node:util";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { auth, basicCredentials } from "@posthaste/auth";
import { findNetrc, netrc, parseNetrc, readNetrc, type NetrcEntry, type NetrcOptions } from "@posthaste/auth/netrc";
import { createClient, HttpError } from "@posthaste/core";
import { redirect } from "@posthaste/redirect";
import { startTestServer } from "@posthaste/test-server";
import { findProgram, temporaryFolder } from "@posthaste/test-server/program";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryAdapter, type Answer } from "./support.ts";

// Programs take their time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const entry = (machine: string | undefined, login = "", password = "", account = ""): NetrcEntry => ({
  machine,
  login,
  password,
  account,
});

describe("parseNetrc", () => {
  test.each<[text: string, ...NetrcEntry[]]>([
    [""],
    [" \t\r\n\n"],
    ["\ufeffmachine a.test login u password p", entry("a.test", "u", "p")],
    ["machine a.test login u password p", entry("a.test", "u", "p")],
    ["machine a.test\r\n\tlogin u\r\n\tpassword p\r\n\taccount c\r\n", entry("a.test", "u", "p", "c")],
    ["machine A.Test user u", entry("a.test", "u")],
    ["machine a.test password p", entry("a.test", "", "p")],
    ["machine a.test", entry("a.test")],
    ["machine a.test login u login v", entry("a.test", "v")],
    ["machine a.test login u machine b.test login v", entry("a.test", "u"), entry("b.test", "v")],
    ["default login u password p", entry(undefined, "u", "p")],
    ["machine default login u", entry("default", "u")],
    ["machine machine login login password password", entry("machine", "login", "password")],
    ["# only a comment"],
    ["#machine a.test login u\nmachine b.test # login x\nlogin v #password x\n", entry("b.test", "v")],
    ["machine a.test login #u password p#w", entry("a.test", "#u", "p#w")],
    ['machine a.test login "a b" password "p\\"q\\\\r#"', entry("a.test", "a b", 'p"q\\r#')],
    ['machine a.test login "" password ""', entry("a.test")],
    ['machine a.test login "a\\nb" password a\\ b', entry("a.test", "anb", "a b")],
    ['machine a.test password p"q"', entry("a.test", "", 'p"q"')],
    ["machine a.test password p\\", entry("a.test", "", "p\\")],
    ["macdef init\ncd /pub\nmachine evil login x\n\nmachine a.test login u", entry("a.test", "u")],
    ["macdef init\r\nmachine evil login x\r\n\r\nmachine a.test login u", entry("a.test", "u")],
    ["machine a.test login u macdef init\nmachine evil\n\npassword p", entry("a.test", "u", "p")],
    ["macdef empty\n\nmachine a.test login u", entry("a.test", "u")],
    ["macdef open\nmachine evil login x"],
    ["machine a.test login bücher password \u{1f511}", entry("a.test", "bücher", "\u{1f511}")],
    ["machine __proto__ login u", entry("__proto__", "u")],
  ])("%j", (given, ...expected) => {
    expect(parseNetrc(given)).toEqual(expected);
  });

  test.each([
    ["machine", "line 1 ends where a value is missing"],
    ["\nmachine a.test login", "line 2 ends where a value is missing"],
    ["machine a.test\n\npassword\n", "line 4 ends where a value is missing"],
    ["login s3cret", "line 1 has a word that does not belong there"],
    ["machine a.test login u s3cret", "line 1 has a word that does not belong there"],
    ["machine a.test\nlogin u passwd s3cret", "line 2 has a word that does not belong there"],
    ['machine a.test password "s3cret', "line 1 has a quote that does not end"],
    ['machine a.test password "s3cret\nmore"', "line 1 has a quote that does not end"],
    ["\0\xff\xfe s3cret", "line 1 has a word that does not belong there"],
    ["macdef", "line 1 ends where a value is missing"],
  ])("%j is an error: %s", (given, problem) => {
    expect(() => parseNetrc(given)).toThrow(new HttpError("ERR_AUTH", `netrc: ${problem}`));
  });

  test("long and repetitive files are no burden", () => {
    expect(parseNetrc(`macdef x\n${"a\n".repeat(500_000)}`)).toEqual([]);
    expect(parseNetrc("machine a ".repeat(100_000))).toHaveLength(100_000);
    expect(parseNetrc("#".repeat(1_000_000))).toEqual([]);
    expect(() => parseNetrc(`machine "${"\\".repeat(1_000_001)}`)).toThrow("quote");
  });

  test("any text gives entries or an ERR_AUTH", () => {
    const word = fc.constantFrom("machine", "default", "login", "password", "macdef", "a", '"', "#", "\\", "\n", " ");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(" ")),
        ),
        (given) => {
          try {
            for (const { machine, login } of parseNetrc(given)) expect([typeof login, machine]).not.toContain("");
          } catch (error) {
            expect(error).toMatchObject({ code: "ERR_AUTH" });
          }
        },
      ),
    );
  });

  const python = findProgram("python3");

  test.skipIf(!python)("agrees with Python's netrc", async () => {
    const word = fc.string({
      unit: fc.constantFrom("a", "b", ".", "-", "\\", '"', "é", "1"),
      minLength: 1,
      maxLength: 6,
    });
    const value = fc.oneof(
      word.map((it) => it.replace(/["\\]/g, "\\$&")),
      word.map((it) => `"${it.replace(/["\\]/g, "\\$&")} "`),
    );
    const space = fc.constantFrom(" ", "\t", "\n", "\r\n", "  \n");
    const pair = fc.tuple(fc.constantFrom("login", "user", "password", "account"), space, value);
    const machine = fc.oneof(
      fc.tuple(fc.constant("machine"), space, value),
      fc.tuple(fc.constant("default"), fc.constant(""), fc.constant("")),
    );
    const one = fc
      .tuple(machine, fc.array(fc.tuple(space, pair), { maxLength: 4 }))
      .map((parts) => parts.flat(3).join(""));
    const between = fc.constantFrom("\n", "\n#comment\n", "\nmacdef m\nmachine evil\n\n", " ");
    const file = fc.array(fc.tuple(one, between), { maxLength: 4 }).map((parts) => parts.flat().join(""));
    const files = fc.sample(file, { numRuns: 500, seed: 1 });

    const script = `
import json, netrc, sys, tempfile
out = []
for text in json.load(sys.stdin):
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="") as f:
        f.write(text)
        f.flush()
        try:
            out.append(list(netrc.netrc(f.name).hosts.items()))
        except netrc.NetrcParseError as e:
            out.append(str(e))
print(json.dumps(out))
`;
    const child = spawn(python!, ["-c", script], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(JSON.stringify(files));
    const theirs = JSON.parse(await text(child.stdout)) as [string, [string, string, string]][][];

    for (const [index, given] of files.entries()) {
      // Python keeps the last entry of a name, in the place of the first.
      const ours = new Map<string, string[]>();
      for (const { machine: name = "default", login, account, password } of parseNetrc(given)) {
        ours.set(name, [login, account, password]);
      }
      expect([given, [...ours]]).toEqual([given, theirs[index]]);
    }
  });
});

describe("findNetrc", () => {
  const entries = parseNetrc(
    "default login d machine a.test login a machine ::1 login six machine [::2] login seven machine a.test login later",
  );

  test.each([
    ["a.test", "a"],
    ["A.TEST", "a"],
    ["b.a.test", "d"],
    ["xa.test", "d"],
    ["a.test.evil", "d"],
    ["a.test.", "d"],
    ["[::1]", "six"],
    ["[::2]", "seven"],
    ["", "d"],
  ])("%s gives the entry of %s", (host, login) => {
    expect(findNetrc(entries, host)?.login).toBe(login);
  });

  test("nothing where there is no default", () => {
    expect(findNetrc(parseNetrc("machine a.test login a"), "b.test")).toBeUndefined();
    expect(findNetrc([], "undefined")).toBeUndefined();
  });
});

describe("the file", () => {
  const folder = temporaryFolder();
  let home: string;
  let count = 0;

  beforeEach(() => {
    home = join(folder.path, String(count++));
    vi.stubEnv("HOME", home);
    vi.stubEnv("NETRC", undefined);
  });
  afterEach(() => vi.unstubAllEnvs());

  async function write(name: string, login: string, mode = 0o600): Promise<string> {
    await mkdir(home, { recursive: true });
    const path = join(home, name);
    await writeFile(path, `machine a.test login ${login} password s3cret`, { mode });
    await chmod(path, mode);
    return path;
  }
  const login = async (options?: NetrcOptions) => (await readNetrc(options))[0]?.login;

  test("is ~/.netrc, else ~/_netrc, else nothing", async () => {
    expect(await login()).toBeUndefined();
    await write("_netrc", "underscore");
    expect(await login()).toBe("underscore");
    await write(".netrc", "dot");
    expect(await login()).toBe("dot");
  });

  test("is what NETRC names, whether it is there or not", async () => {
    await write(".netrc", "dot");
    vi.stubEnv("NETRC", await write("other", "named"));
    expect(await login()).toBe("named");
    vi.stubEnv("NETRC", "~/other");
    expect(await login()).toBe("named");
    vi.stubEnv("NETRC", join(home, "absent"));
    expect(await login()).toBeUndefined();
    vi.stubEnv("NETRC", "");
    expect(await login()).toBe("dot");
  });

  test("is the one given, which must be there", async () => {
    vi.stubEnv("NETRC", await write("other", "named"));
    const path = await write("given", "given");
    expect(await login({ path })).toBe("given");
    const failed = login({ path: join(home, "absent") });
    await expect(failed).rejects.toMatchObject({
      code: "ERR_AUTH",
      message: `${join(home, "absent")} cannot be read (ERR_AUTH)`,
      cause: { code: "ENOENT" },
    });
    await expect(login({ path: home })).rejects.toMatchObject({ code: "ERR_AUTH", cause: { code: "EISDIR" } });
  });

  test.each([0o640, 0o604, 0o620, 0o666, 0o610])("with mode %o and a password is refused", async (mode) => {
    const path = await write(".netrc", "open", mode);
    await expect(login()).rejects.toThrow(
      new HttpError("ERR_AUTH", `${path} has passwords and is open to others than its owner (chmod 600 helps)`),
    );
    expect(await login({ insecure: "skip" })).toBeUndefined();
    expect(await login({ insecure: "use" })).toBe("open");
  });

  test.each([0o600, 0o400, 0o700])("with mode %o is fine", async (mode) => {
    await write(".netrc", "closed", mode);
    expect(await login()).toBe("closed");
  });

  test("may be open to others without a password", async () => {
    const path = await write(".netrc", "open", 0o644);
    await writeFile(path, "machine a.test login anonymous");
    expect(await login()).toBe("anonymous");
  });

  test("serves over real sockets, with curl as a second opinion", async () => {
    await using server = await startTestServer();
    const path = await write(".netrc", "u");
    const password = "p w#\"\\é'";
    await writeFile(path, `machine 127.0.0.1\nlogin user\npassword "${password.replace(/["\\]/g, "\\$&")}"\n`);
    await using client = createClient({ adapter: undiciAdapter(), plugins: [auth(netrc())] });
    const response = await client.get(`${server.url}/headers`);
    await response.discard();
    const curl = findProgram("curl");
    if (curl) await promisify(execFile)(curl, ["-sS", "--netrc", `${server.url}/headers`]);
    for (const { headers } of server.requests) {
      expect(headers[headers.findIndex((name) => /^authorization$/i.test(name)) + 1]).toBe(
        basicCredentials("user", password),
      );
    }
    expect(server.requests).toHaveLength(curl ? 2 : 1);
  });

  test("is read once, and again after an error", async () => {
    const path = await write(".netrc", "first", 0o644);
    const { adapter, sent } = memoryAdapter(() => [200]);
    const client = createClient({ adapter, plugins: [auth(netrc())] });
    await expect(client.get("http://a.test/")).rejects.toMatchObject({ code: "ERR_AUTH" });
    await chmod(path, 0o600);
    await client.get("http://a.test/");
    await write(".netrc", "second");
    await client.get("http://a.test/");
    const value = basicCredentials("first", "s3cret");
    expect(sent()).toEqual([`http://a.test/ ${value}`, `http://a.test/ ${value}`]);
  });

  test("a malformed one rejects the call without showing anything of it", async () => {
    const path = await write(".netrc", "u");
    await writeFile(path, "machine a.test passwd s3cret");
    const client = createClient({ adapter: memoryAdapter(() => [200]).adapter, plugins: [auth(netrc())] });
    const failed = client.get("http://a.test/");
    await expect(failed).rejects.toThrow("netrc: line 1 has a word that does not belong there (ERR_AUTH)");
  });

  test("nothing is read before a request", () => {
    vi.stubEnv("NETRC", home);
    expect(inspect(auth(netrc()), { depth: 9, showHidden: true })).not.toContain(home);
  });

  describe("in a call", () => {
    async function hops(start: string, ...way: string[]) {
      const path = await write(".netrc", "u");
      await writeFile(
        path,
        "machine a.test login a password 1 machine b.test login b password 2 machine empty.test default login d password 3",
      );
      const answers = way.map((location): Answer => [302, { Location: location }]);
      const { adapter, sent } = memoryAdapter(() => answers.shift() ?? [200]);
      await createClient({ adapter, plugins: [redirect(), auth(netrc())] }).get(start);
      return sent();
    }
    const a = basicCredentials("a", "1");
    const b = basicCredentials("b", "2");
    const d = basicCredentials("d", "3");

    test("each host gets its own, on any port", async () => {
      expect(await hops("http://a.test/", "http://b.test:8080/", "https://a.test/")).toEqual([
        `http://a.test/ ${a}`,
        `http://b.test:8080/ ${b}`,
        `https://a.test/ ${a}`,
      ]);
    });

    test("the default is for the first origin only", async () => {
      expect(await hops("http://c.test/1", "/2", "http://evil.test/", "http://a.test/", "http://c.test:81/")).toEqual([
        `http://c.test/1 ${d}`,
        `http://c.test/2 ${d}`,
        "http://evil.test/ null",
        `http://a.test/ ${a}`,
        "http://c.test:81/ null",
      ]);
    });

    test("none goes without TLS where the call began with it", async () => {
      expect(await hops("https://a.test/", "http://a.test/", "http://b.test/", "https://b.test/")).toEqual([
        `https://a.test/ ${a}`,
        "http://a.test/ null",
        "http://b.test/ null",
        `https://b.test/ ${b}`,
      ]);
    });

    test("an entry without login and password is none", async () => {
      expect(await hops("http://empty.test/")).toEqual(["http://empty.test/ null"]);
    });

    // CVE-2024-47081: the host must be the one that the request goes to.
    test.each([
      "a.test:@evil.test",
      "a.test@evil.test",
      "a.test:80@evil.test",
      "a.test%40x@evil.test",
      "x:a.test@evil.test",
    ])("http://%s/ is not a.test", async (authority) => {
      expect(await hops("http://c.test/", `http://${authority}/`)).toEqual([
        `http://c.test/ ${d}`,
        "http://evil.test/ null",
      ]);
    });
  });
});
