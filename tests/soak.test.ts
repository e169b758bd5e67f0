import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

test.skipIf(!process.env["CI"])(
  "a soak of a second loses no answer, leaves no socket, and prints its table",
  () => {
    const script = new URL("soak/main.ts", import.meta.url).pathname;
    const args = ["--conditions=@posthaste/source", script, "--seconds", "1"];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout).toMatch(/^requests +\d{3,}$/m);
    expect(stdout).toMatch(/^ {2}reset before the head +\d+$/m);
    expect(stdout).toMatch(/^lost answers +0$/m);
    expect(stdout).toMatch(/^sockets left +0$/m);
    expect(stdout).toMatch(/^passed$/m);
  },
  120_000,
);
