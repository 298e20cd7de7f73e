import type { WorldEvent } from "../world/event.ts";

/**
 * Whether an App is told of an event. Of its own installations always, of everything else only where it
 * is installed and live; of repositories, where the installation takes part in that event.
 */
export function isToldOf(event: WorldEvent, appId: number): boolean {
  if (!("installation" in event)) return true;
  const { installation } = event;
  if (installation.appId !== appId) return false;
  if (event.name === "installation") return true;
  if (installation.suspension) return false;
  return (
    event.name !== "repository" ||
    (installation.events.includes("repository") && "metadata" in installation.permissions)
  );
}
