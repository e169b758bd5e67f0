import { HeaderList, HttpResponse, type Adapter, type HttpRequest } from "@posthaste/core";

/** Status and header lines. */
export type Answer = readonly [status: number, headers?: Readonly<Record<string, string>>];

/** An adapter that answers from memory, and what it was sent. */
export function memoryAdapter(answer: (request: HttpRequest) => Answer | Promise<Answer>) {
  const requests: HttpRequest[] = [];
  const discarded: HttpResponse[] = [];
  const adapter: Adapter = {
    name: "memory",
    can: {},
    async send(request) {
      requests.push(request);
      const [status, headers] = await answer(request);
      const response: HttpResponse = new HttpResponse({
        request,
        status,
        reason: "",
        headers: new HeaderList(headers),
        body: (async function* () {})(),
        async discard() {
          discarded.push(response);
        },
      });
      return response;
    },
  };
  const sent = () => requests.map(({ url, headers }) => `${url} ${headers.get("authorization")}`);
  return { adapter, requests, discarded, sent };
}
