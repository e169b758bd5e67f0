import { startRawServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import requests, { adapters, auth, cookies } from "../src/index.ts";
import { header, redirect, reply } from "./replies.ts";

type Response = InstanceType<typeof requests.Response>;
type PreparedRequest = InstanceType<typeof requests.PreparedRequest>;

/** Sees only what the test gives it. */
class Session extends requests.Session {
  override trust_env = false;
}

describe("a subclass of Session", () => {
  test("get_redirect_target decides where it goes, also where the status is none of a redirect", async () => {
    class Refresh extends Session {
      override get_redirect_target(resp: Response): string | null {
        return resp.headers.get("x-next") ?? super.get_redirect_target(resp);
      }
    }
    await using server = await startRawServer([reply("first", { headers: ["X-Next: /second"] }), reply("second")]);
    await using s = new Refresh();
    const r = await s.get(`${server.url}/first`);
    expect([r.text, r.history.map((step) => step.status_code)]).toEqual(["second", [200]]);
    expect(server.requests.map(({ target }) => target)).toEqual(["/first", "/second"]);
  });

  test("get_redirect_target that says null follows nothing", async () => {
    class Stay extends Session {
      override get_redirect_target(): null {
        return null;
      }
    }
    await using server = await startRawServer([redirect("/x")]);
    await using s = new Stay();
    expect((await s.get(server.url)).status_code).toBe(302);
  });

  test("rebuild_method keeps a POST, and rebuild_auth sees each step", async () => {
    const seen: [string, number][] = [];
    class Keep extends Session {
      override rebuild_method(): void {}
      override rebuild_auth(prepared: PreparedRequest, response: Response): void {
        seen.push([prepared.url!, response.status_code]);
        prepared.headers["Authorization"] = "Bearer new";
      }
    }
    await using server = await startRawServer([redirect("/b"), redirect("/c", "301 Moved"), reply()]);
    await using s = new Keep();
    await s.post(`${server.url}/a`, { headers: { Authorization: "Bearer old" } });
    expect(server.requests.map(({ method }) => method)).toEqual(["POST", "POST", "POST"]);
    expect(server.requests.map((request) => header(request, "authorization"))).toEqual([
      "Bearer old",
      "Bearer new",
      "Bearer new",
    ]);
    // As in Python, each response on the way has its `next`, for which it is called too.
    expect(seen).toEqual([
      [`${server.url}/b`, 302],
      [`${server.url}/c`, 301],
      [`${server.url}/c`, 301],
    ]);
  });

  test("should_strip_auth decides whether Authorization goes to another host", async () => {
    await using other = await startRawServer((socket) => void socket.write(reply()));
    await using server = await startRawServer((socket) => void socket.write(redirect(`${other.url}/`)));
    class Trusting extends Session {
      override should_strip_auth(): boolean {
        return false;
      }
    }
    for (const [Kind, expected] of [
      [Session, undefined],
      [Trusting, "Bearer t"],
    ] as const) {
      await using s = new Kind();
      await s.get(server.url, { headers: { Authorization: "Bearer t" } });
      expect(header(other.requests.at(-1), "authorization")).toBe(expected);
    }
  });

  test("rebuild_proxies chooses another way for the next step", async () => {
    await using proxy = await startRawServer([reply("by proxy")]);
    await using server = await startRawServer([redirect("http://elsewhere.test/x")]);
    class Detour extends Session {
      override rebuild_proxies(): Record<string, string> {
        return { http: proxy.url };
      }
    }
    await using s = new Detour();
    expect((await s.get(server.url)).text).toBe("by proxy");
    expect(proxy.requests[0]?.target).toBe("http://elsewhere.test/x");
  });

  test("resolve_redirects with yield_requests gives requests and sends none", async () => {
    await using server = await startRawServer([redirect("/b")]);
    await using s = new Session();
    const r = await s.get(`${server.url}/a`, { allow_redirects: false });
    const steps = s.resolve_redirects(r, r.request, { yield_requests: true });
    const { value } = await steps.next();
    await steps.return();
    expect(value).toBeInstanceOf(requests.PreparedRequest);
    expect((value as PreparedRequest).url).toBe(`${server.url}/b`);
    expect(server.requests).toHaveLength(1);
  });

  test("resolve_redirects that is overridden stands for all following", async () => {
    class Once extends Session {
      override async *resolve_redirects(
        ...[resp, req, kwargs]: Parameters<Session["resolve_redirects"]>
      ): ReturnType<Session["resolve_redirects"]> {
        for await (const step of super.resolve_redirects(resp, req, kwargs)) {
          yield step;
          return;
        }
      }
    }
    await using server = await startRawServer((socket, { target }) => void socket.write(redirect(`${target}/x`)));
    await using s = new Once();
    const r = await s.get(`${server.url}/a`);
    expect([r.status_code, r.url, r.history.length]).toEqual([302, `${server.url}/a/x`, 1]);
  });

  test("prepare_request, send, get_adapter and merge_environment_settings are called through the instance", async () => {
    const called: string[] = [];
    class Traced extends Session {
      override prepare_request(...args: Parameters<Session["prepare_request"]>): PreparedRequest {
        called.push("prepare_request");
        return super.prepare_request(...args);
      }
      override merge_environment_settings(...args: Parameters<Session["merge_environment_settings"]>) {
        called.push("merge_environment_settings");
        return super.merge_environment_settings(...args);
      }
      override async send(...args: Parameters<Session["send"]>): Promise<Response> {
        called.push("send");
        return super.send(...args);
      }
      override get_adapter(url: string): adapters.BaseAdapter {
        called.push("get_adapter");
        return super.get_adapter(url);
      }
    }
    await using server = await startRawServer([redirect("/b"), reply()]);
    await using s = new Traced();
    await s.get(server.url);
    expect(called).toEqual([
      "prepare_request",
      "merge_environment_settings",
      "send",
      "get_adapter",
      "send",
      "get_adapter",
    ]);
  });
});

describe("a subclass of HTTPAdapter", () => {
  test("add_headers, request_url and build_response take effect", async () => {
    class Mine extends adapters.HTTPAdapter {
      override add_headers(request: PreparedRequest): void {
        request.headers["X-Added"] = "here";
      }
      override request_url(): string {
        return "/rewritten";
      }
      override build_response(...args: Parameters<adapters.HTTPAdapter["build_response"]>): Response {
        return Object.assign(super.build_response(...args), { reason: "Mine" });
      }
    }
    await using server = await startRawServer([reply()]);
    await using s = new Session();
    s.mount(server.url, new Mine());
    const r = await s.get(`${server.url}/a`);
    expect(r.reason).toBe("Mine");
    expect([server.requests[0]?.target, header(server.requests[0], "x-added")]).toEqual(["/rewritten", "here"]);
  });

  test("the longest prefix that fits counts, without regard to case", async () => {
    class Named extends adapters.BaseAdapter {
      readonly name: string;
      constructor(name: string) {
        super();
        this.name = name;
      }
      override async send(request: PreparedRequest): Promise<Response> {
        return Object.assign(new requests.Response(), {
          status_code: 200,
          url: request.url!,
          request,
          _content: Buffer.from(this.name),
        });
      }
      override close(): void {}
    }
    await using s = new Session();
    s.mount("http://a.test/", new Named("host"));
    s.mount("http://a.test/deep/", new Named("folder"));
    s.mount("http://", new Named("scheme"));
    const texts = ["http://A.test/deep/x", "http://a.test/x", "http://b.test/"].map(async (u) => (await s.get(u)).text);
    expect(await Promise.all(texts)).toEqual(["folder", "host", "scheme"]);
  });
});

describe("the content of a response", () => {
  test("is in memory of its own and stays the same, whatever was looked at before", async () => {
    await using server = await startRawServer([reply("[1, 2]"), reply("streamed")]);
    const r = await requests.get(server.url);
    expect([r.text, r.json(), r.apparent_encoding]).toEqual(["[1, 2]", [1, 2], "ascii"]);
    const { content } = r;
    expect(new TextDecoder().decode(content.buffer)).toBe("[1, 2]");
    expect(r.content).toBe(content);
    expect([...r.iter_content(100)].map((piece) => piece.length)).toEqual([6]);
    const streamed = await requests.get(server.url, { stream: true });
    const read = await streamed.read();
    expect(new TextDecoder().decode(read.buffer)).toBe("streamed");
    expect(streamed.content).toBe(read);
  });

  test("is what text and JSON are made of where a subclass says what it is", async () => {
    class Upper extends requests.Response {
      override get content(): Uint8Array {
        return new TextEncoder().encode(new TextDecoder().decode(super.content).toUpperCase());
      }
    }
    class Adapter extends adapters.HTTPAdapter {
      override build_response(...args: Parameters<adapters.HTTPAdapter["build_response"]>): Response {
        return Object.setPrototypeOf(super.build_response(...args), Upper.prototype) as Response;
      }
    }
    await using server = await startRawServer([reply('["a"]')]);
    await using s = new Session();
    s.mount("http://", new Adapter());
    const r = await s.get(server.url);
    expect([r.text, r.json()]).toEqual(['["A"]', ["A"]]);
  });
});

describe("hooks", () => {
  test("a hook that returns another response puts it in the place of the first, and awaits are allowed", async () => {
    await using server = await startRawServer([reply("first"), reply("second")]);
    await using s = new Session();
    const r = await s.get(`${server.url}/a`, {
      hooks: {
        response: async (response, kwargs) => {
          const again = response.request.copy();
          again.hooks = { response: [] };
          again.url = `${server.url}/b`;
          await response.read();
          return response.connection!.send(again, kwargs);
        },
      },
    });
    expect([r.text, server.requests.map(({ target }) => target)]).toEqual(["second", ["/a", "/b"]]);
  });

  test("hooks of the session and of the call run in turn, each with what the one before returned", async () => {
    const order: string[] = [];
    const mark = (name: string) => (response: Response) => void order.push(`${name} ${response.reason}`);
    await using server = await startRawServer([reply()]);
    await using s = new Session();
    s.hooks = { response: [mark("session")] };
    const replace = (): Response =>
      Object.assign(new requests.Response(), { reason: "new", _content: Buffer.from("x") });
    const r = await s.get(server.url, { hooks: { response: [mark("one"), replace, mark("two")] } });
    expect(order).toEqual(["one OK", "two new"]);
    expect(r.text).toBe("x");
    await using again = await startRawServer([reply()]);
    await s.get(again.url);
    expect(order.at(-1)).toBe("session OK");
  });

  test("what a hook throws rejects the call", async () => {
    await using server = await startRawServer([reply()]);
    const failed = new Error("no");
    const raise = (): never => {
      throw failed;
    };
    await expect(requests.get(server.url, { hooks: { response: raise } })).rejects.toBe(failed);
  });
});

test("a hook that throws leaves no connection to a streamed response", async () => {
  await using server = await startRawServer(
    (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
  );
  const response = () => {
    throw new Error("no");
  };
  await expect(requests.get(server.url, { stream: true, hooks: { response } })).rejects.toThrow("no");
  await server.connections[0]!.closed;
});

describe("auth", () => {
  test("a function, an object with __call__, and a promise of either change what is sent", async () => {
    class Token extends auth.AuthBase {
      override __call__(r: PreparedRequest): PreparedRequest {
        r.headers["X-Token"] = "class";
        return r;
      }
    }
    await using server = await startRawServer((socket) => void socket.write(reply()));
    await using s = new Session();
    await s.get(server.url, { auth: new Token() });
    await s.get(server.url, { auth: (r) => Object.assign(r, { url: `${r.url}signed` }) });
    await s.get(server.url, {
      auth: async (r) => {
        await Promise.resolve();
        r.headers["X-Token"] = "later";
        return r;
      },
    });
    expect(server.requests.map((request) => header(request, "x-token"))).toEqual(["class", undefined, "later"]);
    expect(server.requests[1]?.target).toBe("/signed");
  });

  test("an auth that changes the body gets its length right", async () => {
    await using server = await startRawServer([reply()]);
    await requests.post(server.url, {
      data: "a",
      auth: (r) => Object.assign(r, { body: "longer" }),
    });
    expect(server.requests[0]?.body.toString()).toBe("longer");
  });
});

describe("a cookie policy", () => {
  test("of the user's own decides what is taken and what is sent", async () => {
    class Secretive extends cookies.DefaultCookiePolicy {
      override return_ok(cookie: cookies.Cookie, request: cookies.CookieRequest): boolean {
        return cookie.name !== "secret" && super.return_ok(cookie, request);
      }
      override set_ok(cookie: cookies.Cookie, request: cookies.CookieRequest): boolean {
        return !cookie.name.startsWith("track") && super.set_ok(cookie, request);
      }
    }
    const set = ["a=1", "secret=2", "tracker=3"].map((cookie) => `Set-Cookie: ${cookie}; Path=/`);
    await using server = await startRawServer([reply("", { headers: set }), reply(), reply()]);
    await using s = new Session();
    s.cookies.set_policy(new Secretive());
    await s.get(server.url);
    expect(s.cookies.get_dict()).toEqual({ a: "1", secret: "2" });
    // As in Python, the jar of a prepared request is a new one, with the rules that are usual.
    await s.get(server.url);
    expect(header(server.requests[1], "cookie")).toBe("a=1; secret=2");
    const jar = s.cookies.copy();
    const prepared = new requests.Request("GET", server.url, { cookies: jar }).prepare();
    await s.send(prepared);
    expect(header(server.requests[2], "cookie")).toBe("a=1");
  });

  test("that allows no domain but one takes and sends nothing for others", async () => {
    await using server = await startRawServer(
      (socket) => void socket.write(reply("", { headers: ["Set-Cookie: a=1"] })),
    );
    await using s = new Session();
    s.cookies.set_policy(new cookies.DefaultCookiePolicy({ allowed_domains: ["example.test"] }));
    await s.get(server.url);
    await s.get(server.url);
    expect(s.cookies.keys()).toEqual([]);
    expect(header(server.requests[1], "cookie")).toBeUndefined();
  });
});
