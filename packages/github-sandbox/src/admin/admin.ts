import type { RateLimits } from "../api/rate-limits.ts";
import type { Deps } from "../deps.ts";
import type { Hooks } from "../hooks/hooks.ts";
import type { World } from "../world/world.ts";
import type { ChangeLog } from "./change-log.ts";
import type { FaultBox } from "./faults.ts";
import type { RequestLog } from "./request-log.ts";

/** What the admin surface moves, over HTTP and in process. */
export interface Admin {
  deps: Deps;
  world: World;
  hooks: Hooks;
  rateLimits: RateLimits;
  faults: FaultBox;
  requestLog: RequestLog;
  changeLog: ChangeLog;
  /** Seconds by which the stand-in's clock differs from the machine's. */
  setClock: (offsetSeconds: number) => void;
  reset: () => void;
}
