import { describe, expect, test } from "vitest";
import { subjects } from "./clients.ts";
import { faults } from "./faults.ts";
import { check } from "./runner.ts";

/** Every promise settles with the documented error, in time, and nothing is left. */
describe.each(subjects)("$name", (subject) => {
  describe.each(Object.entries(faults))("%s", (_, table) => {
    test.concurrent.each(table)("$name", async ({ steps, method = "GET", timeout = 30, [subject.name]: expected }) => {
      await check(subject, async (one) => {
        const server = await one.serve({ "*": steps });
        expect(await one.outcome(one.session.call(method, server.url, { timeout: [30, timeout] }))).toBe(expected);
        expect(server.connections.length).toBe(1);
        expect(server.errors).toEqual([]);
      });
    });
  });
});
