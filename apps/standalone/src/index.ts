export { type Standalone, startStandalone } from "./standalone.ts";
export type { Keys, StandaloneFile } from "./standalone-file.ts";
