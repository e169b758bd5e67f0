// The facade's checks as a program, for runtimes that have packages and sockets: compat-main.ts <URL of a test server>
import { runCompat } from "./compat.ts";

console.log(JSON.stringify(await runCompat(process.argv[2]!)));
process.exit(0);
