// The module alone: importing "undici" itself puts its dispatcher in place of the one that Node's own fetch uses.
declare module "undici/lib/dispatcher/agent.js" {
  import type { Agent } from "undici";
  const Class: typeof Agent;
  export default Class;
}
declare module "undici/lib/dispatcher/pool.js" {
  import type { Pool } from "undici";
  const Class: typeof Pool;
  export default Class;
}
