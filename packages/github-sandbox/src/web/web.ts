import type { Deps } from "../deps.ts";
import type { World } from "../world/world.ts";
import type { Setup } from "./setup.ts";

/** What the pages work with. */
export interface Web extends Deps {
  world: World;
  setup: Setup;
}
