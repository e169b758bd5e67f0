export type { Abilities, Capability, Extras } from "./capability.ts";
export type { Kit, KitOptions, Settings, TestCase, TestedAdapter } from "./case.ts";
export { cases } from "./cases.ts";
export type { Script } from "./control.ts";
export { runKit, type Report, type Result, type RunOptions } from "./run.ts";
export type {
  CertificateName,
  Condition,
  Order,
  Ordered,
  Place,
  Play,
  Recorded,
  RecordedConnection,
  RecordedRequest,
  Step,
} from "./script.ts";
export { table } from "./table.ts";
