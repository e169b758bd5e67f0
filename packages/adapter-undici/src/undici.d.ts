// Only the module that is needed: importing "undici" itself would put its dispatcher in the place of the one that Node's own
// fetch uses (lib/global.js), and take three times as long.
declare module "undici/lib/dispatcher/client.js" {
  import type { Client } from "undici";
  const Class: typeof Client;
  export default Class;
}
