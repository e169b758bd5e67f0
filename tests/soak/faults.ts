/** What a call may come to: its own answer, an error of its own, or either. */
export type Outcome = "answer" | "error" | "either";

/** What goes wrong, and what becomes of the call. A GET that meets it; which of them are the server's, `server.ts` knows. */
export const faults: Readonly<Record<string, Outcome>> = {
  "reset before the head": "error",
  "closed before the head": "error",
  "no HTTP": "error",
  "head cut": "error",
  "head too long": "error",
  "silence instead of a head": "error",
  "content cut": "error",
  "content reset": "error",
  "content that stops": "error",
  "chunks cut": "error",
  "chunk of no size": "error",
  "two lengths": "error",
  "length and chunks": "error",
  "gzip corrupt": "error",
  "gzip cut": "error",
  "codings without end": "error",
  "redirects in a circle": "error",
  "redirect to nobody": "error",
  "status 503": "answer",
  "100 Continue unasked": "answer",
  "answer in crumbs": "answer",
  "cookies in heaps": "answer",
  "closed after the answer": "answer",
  "second answer behind the first": "answer",
  "nobody there": "error",
  "no TLS there": "error",
  "caller gives up": "error",
  "caller gives up on the content": "error",
  "caller leaves the content": "answer",
};

const names = Object.keys(faults);

/** The fault that a request meets: one in ten does, each as often as any other. */
export function faultOf(id: number): string | undefined {
  // Fibonacci hashing: numbers that follow each other are spread evenly, and anybody finds the same.
  const place = (Math.imul(id, 0x9e3779b1) >>> 0) / 2 ** 32;
  return place < 0.1 ? names[Math.floor(place * 10 * names.length)] : undefined;
}

/** The content of the answer to a request, of a length of its own. */
export function answerTo(id: number): string {
  return `${id}:${"x".repeat((id * 7919) % 5000)}`;
}
