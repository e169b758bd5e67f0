// `pnpm bench`: CPU time per request and requests per second of ours and of the peers, in one run.
// Each client runs in processes of its own, in alternating rounds; the medians of the rounds are shown.
//   pnpm bench [--rounds 5] [--requests 30000] [--only name,name]
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { clients, concurrency } from "./clients.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    requests: { type: "string", default: "30000" },
    only: { type: "string" },
  },
});
const names = Object.keys(clients).filter((name) => !values.only || values.only.split(",").includes(name));
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Sample {
  cpu: number;
  rate: number;
}

const server = spawn(process.execPath, [file("server.ts")], { stdio: ["pipe", "pipe", "inherit"] });
const [url] = (await once(createInterface(server.stdout), "line")) as [string];
try {
  for (const verb of ["get", "post"]) {
    const samples = new Map<string, Sample[]>(names.map((name) => [name, []]));
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const name of names) {
        const output = execFileSync(process.execPath, [file("worker.ts"), name, verb, url, values.requests]);
        samples.get(name)!.push(JSON.parse(output.toString()) as Sample);
      }
    }
    print(verb, samples);
  }
  const { dependencies, devDependencies } = JSON.parse(readFileSync(file("package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const versions = Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => !name.startsWith("@"))
    .map(
      (name) =>
        `${name} ${(JSON.parse(readFileSync(file(`node_modules/${name}/package.json`), "utf8")) as { version: string }).version}`,
    );
  console.log(`\nNode ${process.version}, ${cpus().length} × ${cpus()[0]!.model.trim()}; ${versions.join(", ")}`);
} finally {
  server.stdin.end();
}

function print(verb: string, samples: Map<string, Sample[]>): void {
  console.log(
    `\nsmall JSON ${verb.toUpperCase()}, ${concurrency} concurrent, medians of ${values.rounds} alternating rounds\n`,
  );
  console.log("| client | CPU µs/request | × undici.request | requests/s |\n| --- | ---: | ---: | ---: |");
  const base = samples.get("undici.request");
  const rows = [...samples].map(([name, list]) => ({
    name,
    cpu: median(list.map(({ cpu }) => cpu)),
    rate: median(list.map(({ rate }) => rate)),
  }));
  for (const { name, cpu, rate } of rows.toSorted((a, b) => a.cpu - b.cpu)) {
    const ratio = base ? (cpu / median(base.map((sample) => sample.cpu))).toFixed(2) : "";
    console.log(`| ${name} | ${cpu.toFixed(1)} | ${ratio} | ${rate.toFixed(0)} |`);
  }
}
