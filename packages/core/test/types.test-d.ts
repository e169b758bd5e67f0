import { expectTypeOf } from "vitest";
import {
  createClient,
  type Adapter,
  type Client,
  type ConnectionOption,
  type HttpRequest,
  type HttpResponse,
  type Plugin,
  type TimeoutOption,
} from "../src/index.ts";
import { interceptors } from "../src/interceptors.ts";
import { downloadProgress } from "../src/progress.ts";
import { raiseOnStatus } from "../src/status.ts";
import { totalTimeout } from "../src/timeout.ts";

interface RetryOption {
  retry?: { max: number };
}
interface DigestOption {
  digest?: { user: string };
}
declare const adapter: Adapter;
declare const wired: Adapter<ConnectionOption & TimeoutOption>;
declare const retry: () => Plugin<RetryOption>;
declare const digest: () => Plugin<DigestOption>;
declare const plain: () => Plugin;

const bare = createClient({ adapter });
const one = createClient({ adapter, plugins: [plain(), retry(), interceptors()] });
const two = createClient({ adapter: wired, plugins: [retry(), plain(), digest(), totalTimeout()] });

// An option is known where its plugin is installed …
void one.get("/", { retry: { max: 1 } });
void two.get("/", { retry: { max: 1 }, digest: { user: "u" }, connection: { proxy: null } });
void two.get("/", { timeout: { connect: 1, read: 1, total: 1 } });
createClient({ adapter, plugins: [retry()], defaults: { retry: { max: 2 }, headers: { A: "b" } } });

// … and an error where it is not.
// @ts-expect-error no retry
void bare.get("/", { retry: { max: 1 } });
// @ts-expect-error no digest
void one.get("/", { digest: { user: "u" } });
// @ts-expect-error the wrong type
void one.get("/", { retry: { max: "1" } });
// @ts-expect-error the adapter has no connection to set
void one.get("/", { connection: {} });
// @ts-expect-error the adapter keeps no budgets
void bare.get("/", { timeout: { read: 1 } });
// @ts-expect-error no deadline without its plugin
void createClient({ adapter: wired }).get("/", { timeout: { total: 1 } });
// @ts-expect-error a default that nothing reads
createClient({ adapter, plugins: [plain()], defaults: { retry: { max: 2 } } });
// @ts-expect-error header values are strings
void bare.get("/", { headers: { A: 1 } });
// @ts-expect-error a plain object is no body
void bare.post("/", { body: { a: 1 } });
// @ts-expect-error no such stage
const lost: Plugin = { name: "lost", stage: "middle" };
void lost;

// A plugin can be written where it is installed.
const inline = createClient({
  adapter,
  plugins: [
    { name: "inline", send: (request, next) => (request.headers.set("A", "b"), next(request)) },
    retry(),
    { name: "other", options: ["other"], prepare: (request: HttpRequest<{ other?: string }>) => void request },
  ],
});
void inline.get("/", { retry: { max: 1 } });

// A function can ask for what it needs, and gets no client with less.
declare const needs: (client: Client<RetryOption>) => void;
needs(one);
needs(two);
// @ts-expect-error has no retry
needs(bare);

// Plugins of unknown number add no option.
const many = createClient({ adapter, plugins: [] as Plugin[] });
// @ts-expect-error not known
void many.get("/", { retry: { max: 1 } });

const watched = createClient({ adapter, plugins: [raiseOnStatus(), downloadProgress()] });
void watched.get("/", { raiseOnStatus: (status) => status > 499, onDownloadProgress: ({ received }) => void received });
// @ts-expect-error not installed
void bare.get("/", { raiseOnStatus: false });

expectTypeOf(bare.get("/")).resolves.toEqualTypeOf<HttpResponse>();
expectTypeOf<HttpResponse["json"]>().returns.resolves.toBeUnknown();
