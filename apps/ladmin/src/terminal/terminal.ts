import type { Clock, EnvSource } from "@layers/api/admin";

/** What surrounds the program. */
export interface Terminal {
  readonly env: EnvSource;
  readonly clock: Clock;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}
