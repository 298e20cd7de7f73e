import { AppError, type contract, type InstallUrl, invalid } from "@layers/contracts";
import type { AttemptRow, Store } from "@layers/storage";
import { type Clock, minutes, toTime } from "../clock.ts";
import type { Handlers, TenantContext } from "../context.ts";
import { randomToken, sha256 } from "../crypto/digest.ts";
import type { GitHub } from "../github/github.ts";
import { newId } from "../ids.ts";
import { toInstallAttempt } from "./attempt-view.ts";
import { checkReturnUrl, type ReturnUrlRules } from "./return-url.ts";

export interface AttemptsDeps {
  readonly store: Store;
  readonly github: Pick<GitHub, "host" | "installUrl">;
  readonly clock: Clock;
  readonly keyEnv: ReturnUrlRules["keyEnv"];
  /** Where our own pages are, without a slash at the end. */
  readonly publicUrl: string;
}

type Attempts = Pick<Handlers<typeof contract.github>, "installUrl" | "getInstallAttempt">;

const lifeMicroseconds = minutes(15);
const maxLiveAttempts = 100;
const stateBytes = 24;

/** Starts runs of the install flow and tells where they stand. */
export function createAttempts(deps: AttemptsDeps): Attempts {
  const { store, clock, publicUrl } = deps;
  return {
    installUrl: ({ context, input }) => createInstallUrl(deps, context, input),

    async getInstallAttempt({ context, input }) {
      const attempt =
        input.state === undefined
          ? await store.attempts.find(input.attemptId ?? "")
          : await store.attempts.findByState(sha256(input.state));
      if (attempt?.organizationId !== context.principal.organizationId)
        throw new AppError("NOT_FOUND");
      return toInstallAttempt(attempt, { state: input.state, publicUrl, now: clock() });
    },
  };
}

/** Starts a run of the flow. @throws as `checkReturnUrl` does, and `VALIDATION` for a used state. */
export async function createInstallUrl(
  deps: AttemptsDeps,
  context: TenantContext,
  input: { readonly returnUrl: string; readonly state?: string | undefined },
): Promise<InstallUrl> {
  const { github, keyEnv } = deps;
  const { allowedReturnDomains } = context.principal;
  const returnUrl = checkReturnUrl(input.returnUrl, { allowedReturnDomains, keyEnv });
  const state = input.state ?? randomToken(stateBytes);
  const attempt = await start(deps, context, { returnUrl, state });
  const authUrl = github.installUrl({ state, returnUrl });
  return { authUrl, installUrl: authUrl, state, expiresAt: toTime(attempt.expiresAt) };
}

interface Start {
  readonly returnUrl: string;
  readonly state: string;
}

/** Makes an attempt, or finds the one that the same call made before. */
function start(
  { store, github, clock }: AttemptsDeps,
  { principal }: TenantContext,
  { returnUrl, state }: Start,
): Promise<AttemptRow> {
  const { organizationId } = principal;
  const now = clock();
  const attempt: AttemptRow = {
    id: newId("att"),
    organizationId,
    apiKeyId: principal.kind === "partner" ? principal.apiKeyId : null,
    userId: principal.kind === "portal" ? principal.userId : null,
    returnUrl,
    stateHash: sha256(state),
    issuer: github.host,
    status: "created",
    reason: null,
    createdAt: now,
    expiresAt: now + lifeMicroseconds,
    installationId: null,
    accountId: null,
    accountLogin: null,
    githubUserId: null,
    proofKind: null,
    provenAt: null,
    requestIds: null,
  };
  return store.transaction(async (tx) => {
    if (await tx.attempts.insert(attempt)) {
      await tx.attempts.expireOldest(organizationId, maxLiveAttempts, now);
      return attempt;
    }
    const existing = await tx.attempts.findByState(attempt.stateHash);
    if (existing && isSameStart(existing, attempt)) return existing;
    throw invalid("state", "Was used before. Leave it out to have one generated.");
  });
}

function isSameStart(existing: AttemptRow, wanted: AttemptRow): boolean {
  return (
    existing.organizationId === wanted.organizationId &&
    existing.returnUrl === wanted.returnUrl &&
    existing.status === "created" &&
    existing.expiresAt > wanted.createdAt
  );
}
