import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { median } from "./median.ts";

/** What it cost a process to move many bytes. */
interface Sample {
  bytes: number;
  seconds: number;
  /** Seconds of CPU. */
  cpu: number;
  /** MiB of resident memory beyond what was there after the warm-up. */
  growth: number;
  /** The same beyond the start of the process. */
  inAll: number;
}

/** Measures `move`, which tells how many bytes it moved, after the same for fewer; prints the sample and ends the process. */
export async function measure(warmUp: () => Promise<number>, move: () => Promise<number>): Promise<void> {
  const cold = process.memoryUsage.rss();
  await warmUp();
  const warm = process.memoryUsage.rss();
  let most = warm;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const bytes = await move();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(timer);
  const growth = (most - warm) / 2 ** 20;
  const sample: Sample = { bytes, seconds, cpu: (user + system) / 1e6, growth, inAll: (most - cold) / 2 ** 20 };
  process.stdout.write(JSON.stringify(sample), () => process.exit());
}

/** What is compared, by whom. */
export interface Comparison {
  /** The program, which plays the roles "server" and "worker" when it is told to. */
  program: string;
  contenders: readonly string[];
  rounds: number;
  /** What a worker is told beside its role and the server's address. */
  worker: (contender: string) => string[];
  /** How many bytes there must be; the first worker's, where it is not said. */
  bytes?: number;
}

/** Takes a sample of each contender in a process of its own, round by round. */
export async function compare(comparison: Comparison): Promise<Map<string, Sample[]>> {
  const { program, contenders, rounds, worker } = comparison;
  let { bytes } = comparison;
  const server = spawn(process.execPath, [...process.execArgv, program, "server"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const [address] = (await once(createInterface(server.stdout), "line")) as [string];
    const samples = new Map<string, Sample[]>(contenders.map((key) => [key, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [key, list] of samples) {
        const args = [...process.execArgv, program, "worker", address, ...worker(key)];
        const sample = JSON.parse(execFileSync(process.execPath, args).toString()) as Sample;
        if (sample.bytes !== (bytes ??= sample.bytes)) throw new Error(`${key} moved ${sample.bytes} bytes`);
        list.push(sample);
      }
    }
    return samples;
  } finally {
    server.stdin.end();
  }
}

/** What the rates of a table are compared with: the contenders of which `is` holds, each for those behind it. */
export interface Base {
  name: string;
  is: (contender: string, index: number) => boolean;
}

/** Prints a table of medians, and of the most memory. */
export function print(title: string, rounds: number, samples: Map<string, Sample[]>, { name, is }: Base): void {
  console.log(`\n${title}, Node ${process.version}, medians of ${rounds} alternating rounds\n`);
  console.log(`| client | MiB/s | × ${name} | CPU s | RSS growth MiB, most | from the start |`);
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
  let base = 0;
  for (const [index, [key, list]] of [...samples].entries()) {
    const rate = median(list.map(({ bytes, seconds }) => bytes / 2 ** 20 / seconds));
    if (is(key, index)) base = rate;
    const cpu = median(list.map((sample) => sample.cpu));
    const growth = Math.max(...list.map((sample) => sample.growth)).toFixed(0);
    const inAll = Math.max(...list.map((sample) => sample.inAll)).toFixed(0);
    console.log(
      `| ${key} | ${rate.toFixed(0)} | ${(rate / base).toFixed(2)} | ${cpu.toFixed(2)} | ${growth} | ${inAll} |`,
    );
  }
}
