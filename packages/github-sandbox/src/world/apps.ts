import type { Deps } from "../deps.ts";
import type { AppIdentity } from "./model.ts";

export type Apps = ReturnType<typeof createApps>;

/** Every App there is: the one that the stand-in plays GitHub for, and those of others. */
export function createApps({ store, registration }: Pick<Deps, "store" | "registration">) {
  const all = (): AppIdentity[] => [registration.app, ...store.state.otherApps];

  function requireById(id: number): AppIdentity {
    const app = all().find((row) => row.id === id);
    if (!app) throw new Error(`No App has the id ${id}`);
    return app;
  }

  return {
    requireById,
    byClientId: (clientId: string) => all().find((app) => app.clientId === clientId),
  };
}
