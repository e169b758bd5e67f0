import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = `
  import { BodyQueue } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};

  const queue = new BodyQueue();
  let most = 0;
  for (let count = 0; count < 8192; count++) {
    queue.push(new Uint8Array(65_536));
    await queue.next();
    if (count % 16) continue;
    // As between two reads.
    await new Promise(setImmediate);
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }
  console.log(most);
`;

// A process of its own, for how V8 collects depends on what else is there.
test("what readers are done with is collected before it has become much", async () => {
  const args = ["--conditions=@posthaste/source", "--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(Number(stdout)).toBeLessThan(60 * 2 ** 20);
});
