import type { RequestHandler, Response } from "express";
import { sameGrant } from "../world/permissions.ts";
import type { World } from "../world/world.ts";
import { readCredential } from "./credential.ts";
import { badCredentials, forbiddenToApps } from "./github-error.ts";

/** Marks a request to be answered by a replica that is so many milliseconds behind. */
export function imposeReplicaLag(res: Response, ms: number) {
  res.locals["replicaLagMs"] = ms;
}

const lagOf = (res: Response) => Number(res.locals["replicaLagMs"] ?? 0);

/** Refuses an installation token that has not arrived yet; of a narrowed one only what it may is late. */
export const keepReplicaLag =
  ({ installations, installationTokens }: World): RequestHandler =>
  (req, res, next) => {
    const token = installationTokens.find(readCredential(req.get("authorization")).text);
    if (!token || installationTokens.ageOf(token) >= lagOf(res)) return next();
    const grant = installations.ofAnyAppById(token.installationId)?.permissions ?? {};
    const narrowed = token.repositoryIds !== null || !sameGrant(token.permissions, grant);
    throw narrowed ? forbiddenToApps() : badCredentials();
  };
