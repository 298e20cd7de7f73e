import type { Clock, EnvSource } from "@layers/api/admin";
import type { Confirm } from "./terminal/confirm.ts";
import type { Output } from "./terminal/output.ts";

/** What the commands work with. */
export interface Deps {
  readonly env: EnvSource;
  readonly clock: Clock;
  readonly output: Output;
  readonly confirm: Confirm;
}
