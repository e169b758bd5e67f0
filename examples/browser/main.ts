import { xhrAdapter } from "@posthaste/adapter-xhr";
import { createClient, HttpError, type ErrorCode } from "@posthaste/core";
import { raiseOnStatus } from "@posthaste/core/status";

// Another server than the page's own: index.html?server=http://localhost:8080
const server = new URLSearchParams(location.search).get("server") ?? location.origin;

const client = createClient({
  adapter: xhrAdapter({ timeout: { read: 30_000 } }),
  plugins: [raiseOnStatus()],
  defaults: { baseUrl: server },
});

class Cancelled extends Error {}

type Kind = "busy" | "done" | "failed" | "cancelled";

/** What a form runs: it tells how far it is, and returns what to say at the end. */
type Transfer = (fields: FormData, signal: AbortSignal, progress: (part: number) => void) => Promise<string>;

/** Makes a form run one transfer at a time, with its progress bar, its status line and its button for cancelling. */
function wire(id: string, transfer: Transfer): void {
  const form = document.querySelector<HTMLFormElement>(`#${id}`)!;
  const submit = form.querySelector<HTMLButtonElement>("[type=submit]")!;
  const cancel = form.querySelector<HTMLButtonElement>("[data-cancel]")!;
  const bar = form.querySelector("progress")!;
  const percent = form.querySelector<HTMLElement>("[data-percent]")!;
  const status = form.querySelector<HTMLElement>("[role=status]")!;

  const show = (part: number): void => {
    bar.value = part;
    percent.textContent = `${Math.floor(part * 100)} %`;
  };
  const say = (kind: Kind, text: string): void => {
    status.dataset["kind"] = kind;
    status.textContent = text;
    submit.disabled = kind === "busy";
    cancel.disabled = kind !== "busy";
  };

  async function run(): Promise<void> {
    const controller = new AbortController();
    cancel.onclick = () => controller.abort(new Cancelled());
    show(0);
    say("busy", "Under way …");
    // A disabled button loses the focus, and whoever has but a keyboard would have to look for it.
    const hadFocus = document.activeElement === submit;
    if (hadFocus) cancel.focus();
    try {
      say("done", await transfer(new FormData(form), controller.signal, show));
    } catch (error) {
      if (error instanceof Cancelled) say("cancelled", "Cancelled.");
      else say("failed", explain(error));
    }
    if (document.activeElement === cancel || (hadFocus && document.activeElement === document.body)) submit.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run();
  });
}

const texts: Partial<Record<ErrorCode, string>> = {
  ERR_RESET: `${new URL(server).host} cannot be reached. Check the connection, then try again.`,
  ERR_BODY_TRUNCATED: "The connection broke off. Try again.",
  ERR_TIMEOUT_READ: "The server has been silent for too long. Try again later.",
};

/** What went wrong, for the person before the page. */
function explain(error: unknown): string {
  if (!(error instanceof HttpError)) return String(error);
  const { response } = error;
  return response ? `The server answered ${response.status} ${response.reason}.` : (texts[error.code] ?? error.message);
}

const size = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

wire("upload", async (fields, signal, progress) => {
  const file = fields.get("file") as File;
  const response = await client.post("/anything", {
    body: file,
    signal,
    onUploadProgress: ({ sent, total }) => progress(total ? sent / total : 0),
  });
  // The answer's content is of no interest.
  await response.discard();
  return `${file.name}, ${size(file.size)}, is uploaded.`;
});

wire("download", async (fields, signal, progress) => {
  const response = await client.get(fields.get("path") as string, {
    signal,
    onDownloadProgress: ({ received, total }) => progress(total ? received / total : 0),
  });
  const bytes = await response.bytes();
  return `${size(bytes.length)} received.`;
});
