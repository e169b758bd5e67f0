// Only the modules that are needed, by their paths. Importing "undici" itself would put its dispatcher in the place of the one
// that Node's own fetch uses (lib/global.js does so), and take three times as long. The dependency is on one exact version.
// oxlint-disable-next-line typescript/triple-slash-reference -- a file of ambient modules cannot be imported
/// <reference path="./undici-modules.d.ts" />
export { default as Client } from "undici/lib/dispatcher/client.js";
export { HTTPParserError } from "undici/lib/core/errors.js";
