#!/usr/bin/env node
// Lays out a new package exactly like its neighbours: node tools/new-package.mjs <name> "<description>"
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [name, description] = process.argv.slice(2);
if (!name || !/^[a-z][a-z0-9-]*$/.test(name) || !description) {
  console.error('usage: node tools/new-package.mjs <name> "<description>"');
  process.exit(2);
}
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}packages/${name}`;
if (existsSync(folder)) {
  console.error(`packages/${name} is already there`);
  process.exit(2);
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const entry = {
  "@posthaste/source": "./src/index.ts",
  types: "./dist/index.d.ts",
  default: "./dist/index.js",
};

const files = {
  "package.json": json({
    name: `@posthaste/${name}`,
    version: "0.0.0",
    description,
    keywords: ["http", "posthaste", name],
    license: "MIT",
    files: ["dist", "src", "!dist/.tsbuildinfo"],
    type: "module",
    sideEffects: false,
    exports: { ".": entry, "./package.json": "./package.json" },
    publishConfig: { access: "public" },
    scripts: {
      build: "tsc -b tsconfig.build.json",
      typecheck: "tsc -p tsconfig.json",
      hygiene: "publint --strict && attw --pack . --profile esm-only",
    },
    peerDependencies: { "@posthaste/core": "workspace:^" },
    devDependencies: {
      "@posthaste/adapter-undici": "workspace:*",
      "@posthaste/core": "workspace:*",
      "@posthaste/test-server": "workspace:*",
      "@types/node": "catalog:",
      "fast-check": "catalog:",
      vitest: "catalog:",
    },
    engines: { node: ">=22.19" },
  }),
  "tsconfig.json": json({
    extends: "../../tsconfig.test.json",
    include: ["src", "test"],
  }),
  "tsconfig.build.json": json({
    extends: "../../tsconfig.base.json",
    compilerOptions: { rootDir: "src", outDir: "dist", tsBuildInfoFile: "dist/.tsbuildinfo" },
    include: ["src"],
    references: [{ path: "../core/tsconfig.build.json" }],
  }),
  "README.md": `# @posthaste/${name}

${description}

## What

## When to use

## Install

\`\`\`sh
npm install @posthaste/core @posthaste/${name}
\`\`\`

## Use

## API

## Types

## Compatibility

## Security
`,
  "src/index.ts": "export {};\n",
};

mkdirSync(`${folder}/src`, { recursive: true });
mkdirSync(`${folder}/test`);
for (const [file, text] of Object.entries(files)) writeFileSync(`${folder}/${file}`, text);
copyFileSync(`${root}LICENSE`, `${folder}/LICENSE`);
console.log(
  `packages/${name}: write src/index.ts, test/${name}.test.ts and README.md, then run pnpm install and pnpm changeset`,
);
