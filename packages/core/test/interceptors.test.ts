import { startRawServer } from "@posthaste/test-server";
import { expect, test } from "vitest";
import { createClient, type HttpRequest, type HttpResponse } from "../src/index.ts";
import { interceptors, type InterceptorsOptions } from "../src/interceptors.ts";
import { nodeAdapter } from "./node-adapter.ts";

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

function client(options?: InterceptorsOptions) {
  const steps = interceptors(options);
  const client = createClient({ adapter: nodeAdapter(), plugins: [steps] });
  return { steps, get: (url: string) => client.get(url) };
}

test("steps run first-in-first-out both ways, and change request and response", async () => {
  await using server = await startRawServer([ok]);
  const { steps, get } = client();
  const trace: string[] = [];
  for (const name of ["one", "two"]) {
    steps.request.use((request) => {
      trace.push(`request ${name}`);
      request.headers.append("X-Step", name);
      return request;
    });
    steps.response.use(async (response) => {
      trace.push(`response ${name}`);
      return response;
    });
  }
  await (await get(server.url)).discard();
  expect(trace).toEqual(["request one", "request two", "response one", "response two"]);
  expect(server.requests[0]!.bytes.toString("latin1")).toMatch(/X-Step: one\r\nX-Step: two/);
});

test("the axios order runs request steps last-in-first-out", async () => {
  await using server = await startRawServer([ok]);
  const { steps, get } = client({ order: "axios" });
  const trace: number[] = [];
  for (const name of [1, 2]) {
    steps.request.use((request) => (trace.push(name), request));
    steps.response.use((response) => (trace.push(name), response));
  }
  await (await get(server.url)).discard();
  expect(trace).toEqual([2, 1, 1, 2]);
});

test("eject takes a step out, also one that is there twice", async () => {
  await using server = await startRawServer([ok, ok]);
  const { steps, get } = client();
  let calls = 0;
  const step = (request: HttpRequest) => (calls++, request);
  const eject = steps.request.use(step);
  steps.request.use(step);
  await (await get(server.url)).discard();
  expect(calls).toBe(2);
  eject();
  eject();
  await (await get(server.url)).discard();
  expect(calls).toBe(3);
});

test("a failed request step never sends, whatever a later step makes of the error", async () => {
  await using server = await startRawServer([ok]);
  const { steps, get } = client();
  const seen: unknown[] = [];
  const failure = new Error("no");
  steps.request.use(() => {
    throw failure;
  });
  steps.request.use(
    () => expect.unreachable("skipped"),
    (error) => {
      seen.push(error);
      return {} as HttpRequest;
    },
  );
  await expect(get(server.url)).rejects.toBe(failure);
  expect(seen).toEqual([failure]);
  expect(server.connections).toHaveLength(0);
});

test("a request step's error may be replaced, and a response step may turn an error into a response", async () => {
  const { steps, get } = client();
  const answer = {} as HttpResponse;
  steps.request.use(() => Promise.reject(new Error("first")));
  steps.request.use(null, () => {
    throw new Error("second");
  });
  steps.response.use(null, (error) => {
    expect(error).toMatchObject({ message: "second" });
    return answer;
  });
  expect(await get("http://127.0.0.1:1/")).toBe(answer);
});

test("at stage wire it stands inside, and two need two names", () => {
  const plugins = [interceptors({ stage: "wire", name: "hops" }), interceptors()] as const;
  expect(createClient({ adapter: nodeAdapter(), plugins }).order).toEqual(["interceptors", "hops", "node-test"]);
  expect(() => createClient({ adapter: nodeAdapter(), plugins: [interceptors(), interceptors()] })).toThrow(
    /ERR_OPTION/,
  );
});
