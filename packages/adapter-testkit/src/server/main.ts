#!/usr/bin/env node
import { startScriptServer } from "./index.ts";

// The one line that it prints is its address; an argument is the port.
const { url } = await startScriptServer({ port: Number(process.argv[2] ?? 0) });
console.log(url);
