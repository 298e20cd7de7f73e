/** The events that change something for us, with their actions. */
const events = new Map<string, ReadonlySet<string>>([
  [
    "installation",
    new Set(["created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"]),
  ],
  ["installation_repositories", new Set(["added", "removed"])],
  ["installation_target", new Set(["renamed"])],
  ["github_app_authorization", new Set(["revoked"])],
  ["repository", new Set(["renamed", "transferred", "deleted", "privatized", "publicized"])],
]);

/** Whether there is anything to do for an event. GitHub adds new ones at any time. */
export const isKnown = (event: string, action: unknown): boolean =>
  typeof action === "string" && events.get(event)?.has(action) === true;
