// One small JSON GET and POST per client, each with keep-alive and at most 50 connections, as its users would write them.
import http from "node:http";

export const concurrency = 50;
const payload = { name: "posthaste", tags: ["a", "b"], n: 42 };

/** What is measured: each promise resolves with the parsed answer. */
export interface BenchClient {
  get(): Promise<unknown>;
  post(): Promise<unknown>;
}

export const clients: Record<string, (url: string) => Promise<BenchClient>> = {
  async "undici dispatch"(url) {
    const { Agent } = await import("undici");
    const agent = new Agent({ connections: concurrency, pipelining: 1 });
    const { origin, pathname } = new URL(url);
    const send = (method: "GET" | "POST", headers: string[], body: string | null) =>
      new Promise((resolve, reject) => {
        let chunks: Buffer[] = [];
        agent.dispatch(
          { origin, path: pathname, method, headers, body },
          {
            onRequestStart() {
              chunks = [];
            },
            onResponseStart() {},
            onResponseData(_controller, chunk) {
              chunks.push(chunk);
            },
            onResponseEnd() {
              resolve(JSON.parse(Buffer.concat(chunks).toString()));
            },
            onResponseError(_controller, error) {
              reject(error);
            },
          },
        );
      });
    return {
      get: () => send("GET", [], null),
      post: () => send("POST", ["content-type", "application/json"], JSON.stringify(payload)),
    };
  },

  async "undici.request"(url) {
    const { Agent, request } = await import("undici");
    const dispatcher = new Agent({ connections: concurrency, pipelining: 1 });
    const headers = { "content-type": "application/json" };
    return {
      get: async () => (await request(url, { dispatcher })).body.json(),
      post: async () =>
        (await request(url, { dispatcher, method: "POST", headers, body: JSON.stringify(payload) })).body.json(),
    };
  },

  async "core + adapter-undici"(url) {
    const { createClient } = await import("@posthaste/core");
    const { undiciAdapter } = await import("@posthaste/adapter-undici");
    const client = createClient({ adapter: undiciAdapter({ connections: concurrency }) });
    return {
      get: async () => (await client.get(url)).json(),
      post: async () => (await client.post(url, { json: payload })).json(),
    };
  },

  async "compat-requests"(url) {
    const { Session, adapters } = await import("@posthaste/compat-requests");
    const session = new Session();
    session.mount("http://", new adapters.HTTPAdapter({ pool_maxsize: concurrency, pool_block: true }));
    return {
      get: async () => (await session.get(url)).json(),
      post: async () => (await session.post(url, { json: payload })).json(),
    };
  },

  async "undici fetch"(url) {
    const { Agent, fetch } = await import("undici");
    const dispatcher = new Agent({ connections: concurrency, pipelining: 1 });
    const headers = { "content-type": "application/json" };
    return {
      get: async () => (await fetch(url, { dispatcher })).json(),
      post: async () =>
        (await fetch(url, { dispatcher, method: "POST", headers, body: JSON.stringify(payload) })).json(),
    };
  },

  "node:http"(url) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
    const send = (options: http.RequestOptions, body?: string) =>
      new Promise((resolve, reject) => {
        const request = http.request(url, { agent, ...options }, (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
          response.on("error", reject);
        });
        request.on("error", reject);
        request.end(body);
      });
    return Promise.resolve({
      get: () => send({}),
      post: () => {
        const body = JSON.stringify(payload);
        const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
        return send({ method: "POST", headers }, body);
      },
    });
  },

  async axios(url) {
    const { default: axios } = await import("axios");
    const client = axios.create({ httpAgent: new http.Agent({ keepAlive: true, maxSockets: concurrency }) });
    return {
      get: async () => (await client.get<unknown>(url)).data,
      post: async () => (await client.post<unknown>(url, payload)).data,
    };
  },

  async got(url) {
    const { default: got } = await import("got");
    const client = got.extend({ agent: { http: new http.Agent({ keepAlive: true, maxSockets: concurrency }) } });
    return {
      get: () => client.get(url).json(),
      post: () => client.post(url, { json: payload }).json(),
    };
  },

  async ky(url) {
    const { default: ky } = await import("ky");
    return {
      get: () => ky.get(url).json(),
      post: () => ky.post(url, { json: payload }).json(),
    };
  },

  async superagent(url) {
    const { default: superagent } = await import("superagent");
    const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
    return {
      get: async (): Promise<unknown> => (await superagent.get(url).agent(agent)).body,
      post: async (): Promise<unknown> => (await superagent.post(url).agent(agent).send(payload)).body,
    };
  },
};
