import type { Request } from "express";
import type { Deps } from "../deps.ts";
import type { World } from "../world/world.ts";
import { readCredential } from "./credential.ts";

const anonymousLimit = 60;

/** An hour's requests; all tokens of one installation or person share them. */
export interface Budget {
  /** As GitHub's refusal names it. */
  subject: string;
  limit: number;
  /** False where GitHub publishes no limit: counted all the same. */
  enforced: boolean;
}

/** Whose budget to set. */
export type Limited = { installation: number } | { user: string } | { address: string };

const budget = (subject: string, limit: number, enforced = true): Budget => ({
  subject,
  limit,
  enforced,
});

/** Who may ask how often. */
export function createBudgets(
  { edition, registration }: Pick<Deps, "edition" | "registration">,
  world: World,
) {
  const ordinaryLimit = edition === "ghec" ? 15_000 : 5_000;

  /** 5,000, and 50 more for each repository beyond 20, up to 12,500; 15,000 on Enterprise Cloud. */
  function ofInstallation(id: number): Budget {
    const installation = world.installations.listOfApp(undefined).find((row) => row.id === id);
    const repositories = installation ? world.installations.repositoriesOf(installation).length : 0;
    const grown = Math.min(12_500, 5_000 + 50 * Math.max(0, repositories - 20));
    return budget(`installation ID ${id}`, edition === "ghec" ? ordinaryLimit : grown);
  }

  const ofUser = (id: number) => budget(`user ID ${id}`, ordinaryLimit);
  const ofAddress = (address: string, enforced = true) => budget(address, anonymousLimit, enforced);

  /** The installation or the person behind a token. */
  function ofToken(text: string): Budget | undefined {
    const installationId = world.installationTokens.find(text)?.installationId;
    if (installationId !== undefined) return ofInstallation(installationId);
    const token = world.userTokens.find(text) ?? world.personalTokens.find(text);
    return token && ofUser(token.userId);
  }

  function ofRequest(req: Request): Budget {
    const { kind, text } = readCredential(req.get("authorization"));
    const { app } = registration;
    if (kind === "jwt") return budget(`app ID ${app.id}`, ordinaryLimit, false);
    if (kind === "basic") return budget(`client ID ${app.clientId}`, ordinaryLimit);
    return ofToken(text) ?? ofAddress(String(req.ip), kind === "none");
  }

  /** @throws when there is no such user. */
  function of(limited: Limited): Budget {
    if ("installation" in limited) return ofInstallation(limited.installation);
    if ("address" in limited) return ofAddress(limited.address);
    const user = world.accounts.byLogin(limited.user, "User");
    if (!user) throw new Error(`There is no user ${limited.user}`);
    return ofUser(user.id);
  }

  return { ofRequest, of };
}
