// `npm start`: the tour. `npm start -- URL`: one GET of that URL.
import { fetchOne } from "./fetch-one.ts";
import { tour } from "./tour.ts";

const [url] = process.argv.slice(2);
process.exitCode = (await (url === undefined ? tour() : fetchOne(url))) ? 0 : 1;
