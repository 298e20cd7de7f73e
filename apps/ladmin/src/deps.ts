import type { Clock, EnvSource } from "@layers/api/admin";
import type { Confirm } from "./terminal/confirm.ts";
import type { Output } from "./terminal/output.ts";
import type { ShowProgress } from "./terminal/progress.ts";

/** What the commands work with. */
export interface Deps {
  readonly env: EnvSource;
  readonly clock: Clock;
  readonly stdin: NodeJS.ReadableStream;
  readonly output: Output;
  readonly confirm: Confirm;
  readonly showProgress: ShowProgress;
}
