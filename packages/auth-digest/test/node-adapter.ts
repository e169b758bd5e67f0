import http from "node:http";
import { HeaderList, HttpResponse, type Adapter } from "@posthaste/core";

export function nodeAdapter(): Adapter {
  const agent = new http.Agent({ keepAlive: true });
  return {
    name: "node",
    can: {} as Adapter["can"],
    send: (request) =>
      new Promise((resolve, reject) => {
        const outgoing = http.request(request.url, {
          agent,
          method: request.method,
          headers: Object.fromEntries(request.headers),
        });
        outgoing.on("error", reject);
        outgoing.on("response", (incoming) => {
          const headers = new HeaderList();
          for (let at = 0; at < incoming.rawHeaders.length; at += 2)
            headers.append(incoming.rawHeaders[at]!, incoming.rawHeaders[at + 1]!);
          resolve(
            new HttpResponse({
              request,
              status: incoming.statusCode!,
              reason: incoming.statusMessage!,
              headers,
              body: incoming,
              discard: () => void incoming.resume(),
            }),
          );
        });
        void (async () => {
          for await (const chunk of request.body?.open() ?? []) outgoing.write(chunk);
          outgoing.end();
        })();
      }),
    close: () => agent.destroy(),
  };
}
