import { AppError } from "@layers/contracts";
import { allowMethods, sendJson } from "@layers/http-edge";
import type { Store } from "@layers/storage";
import { Router } from "express";

export interface ProbeDeps {
  readonly store: Pick<Store, "isCurrent" | "probeWrite">;
  readonly isDraining: () => boolean;
}

/** `/livez`: the event loop turns. `/readyz`: the database takes writes and we are not going away. */
export function probeRoutes({ store, isDraining }: ProbeDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route("/livez")
    .get((_req, res) => sendJson(res, { status: 200, body: { status: "ok" } }))
    .all(allowMethods("GET"));
  router
    .route("/readyz")
    .get(async (_req, res) => {
      if (isDraining() || !(await isWritable(store))) throw new AppError("UNAVAILABLE");
      sendJson(res, { status: 200, body: { status: "ok" } });
    })
    .all(allowMethods("GET"));
  return router;
}

async function isWritable(store: ProbeDeps["store"]): Promise<boolean> {
  try {
    await store.probeWrite();
    return await store.isCurrent();
  } catch {
    return false;
  }
}
