import { request as httpRequest, type IncomingMessage } from "node:http";
import { HeaderList, HttpError, HttpResponse, type Adapter } from "../src/index.ts";
import { oneShot, toBody } from "../src/body.ts";

/** The smallest honest adapter: enough to drive the core over real sockets without another package. */
export function nodeAdapter(): Adapter<{ localAddress?: string }> {
  return {
    name: "node-test",
    can: {
      headerCase: true,
      headerOrder: true,
      framingHeaders: true,
      rawResponseHeaders: true,
      rawContent: true,
      manualRedirect: true,
      streamingRequest: true,
      streamingResponse: true,
      connectTimeout: false,
      proxy: false,
      tls: false,
    },
    options: ["localAddress"],
    async send(request) {
      const { method, url, headers, options } = request;
      const body = request.body === null ? null : toBody(request.body);
      const lines = new HeaderList(headers);
      if (!lines.has("Host")) lines.unshift(["Host", new URL(url).host]);
      if (body?.contentType && !lines.has("Content-Type")) lines.append("Content-Type", body.contentType);
      if (body && body.length === undefined) lines.append("Transfer-Encoding", "chunked");
      else if (body) lines.append("Content-Length", `${body.length}`);
      return new Promise<HttpResponse>((resolve, reject) => {
        const { signal, localAddress } = options;
        const outgoing = httpRequest(url, { method, headers: lines.flat(), signal, localAddress, agent: false });
        outgoing.on("error", (cause) => {
          reject(
            signal?.aborted
              ? signal.reason
              : new HttpError("ERR_CONNECT", cause.message, { request, phase: "connect", cause }),
          );
        });
        outgoing.on("response", (incoming: IncomingMessage) => {
          const received = new HeaderList();
          for (let i = 0; i < incoming.rawHeaders.length; i += 2)
            received.append(incoming.rawHeaders[i]!, incoming.rawHeaders[i + 1]!);
          resolve(
            new HttpResponse({
              request,
              status: incoming.statusCode!,
              reason: incoming.statusMessage!,
              headers: received,
              ...oneShot(request, read(incoming, signal), () => incoming.destroy()),
            }),
          );
        });
        void (async () => {
          try {
            for await (const chunk of body?.open() ?? []) outgoing.write(chunk);
            outgoing.end();
          } catch (error) {
            outgoing.destroy();
            reject(error);
          }
        })();
      });
    },
  };
}

async function* read(incoming: IncomingMessage, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of incoming) yield chunk as Buffer;
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}
