import type { Body } from "@posthaste/core";

/** All that a body gives, one character a byte. */
export async function read(body: Body): Promise<string> {
  return (await chunks(body)).join("");
}

/** What a body gives, piece by piece, one character a byte. */
export async function chunks(body: Body): Promise<string[]> {
  const pieces: string[] = [];
  for await (const chunk of body.open()) pieces.push(Buffer.from(chunk).toString("latin1"));
  return pieces;
}

/** Text as it stands in the body: UTF-8, one character a byte. */
export const utf8 = (text: string): string => Buffer.from(text).toString("latin1");
