// For runners that load what is no TypeScript.
export { plain as default } from "./plain.ts";
