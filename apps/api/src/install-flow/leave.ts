import { AppError } from "@layers/contracts";
import type { AttemptRow } from "@layers/storage";
import { checkReturnUrl } from "../attempts/return-url.ts";
import { parseDomains } from "../keys/partner.ts";
import type { InstallFlowDeps } from "./deps.ts";
import type { Step } from "./step.ts";

/** Errors that the partner's page receives. */
const descriptions = {
  access_denied: "The person did not agree.",
  not_proven: "It was not proven that this person administers the installation.",
  sso_required: "The organization asks for a single sign-on session on GitHub first.",
  expired: "The install URL has expired.",
  requested: "An owner of the account was asked to approve the installation.",
} as const;

export type LeaveError = keyof typeof descriptions;

/** What the partner's page gets along. */
export type Parting =
  | { readonly state: string; readonly error: LeaveError }
  | { readonly state: string; readonly installationId: number; readonly setupAction: string };

type ReturnDeps = Pick<InstallFlowDeps, "store" | "keyEnv" | "portalDomains">;

/** Sends the browser to the partner, if the key still allows that address. */
export async function leave(
  deps: ReturnDeps,
  attempt: AttemptRow,
  parting: Parting,
): Promise<Step> {
  const returnUrl = await allowedReturnUrl(deps, attempt);
  if (!returnUrl) return { kind: "notice", notice: "return_url_not_allowed" };
  const url = new URL(returnUrl);
  for (const [name, value] of Object.entries(toParameters(parting)))
    url.searchParams.append(name, value);
  return { kind: "leave", url: url.href };
}

/** The attempt's return URL, checked again: the key or its list may have changed meanwhile. */
export async function allowedReturnUrl(
  deps: ReturnDeps,
  attempt: AttemptRow,
): Promise<string | undefined> {
  const organization = await deps.store.organizations.find(attempt.organizationId);
  const allowedReturnDomains = await returnDomainsOf(deps, attempt);
  if (!allowedReturnDomains || organization?.suspendedAt !== null) return undefined;
  try {
    return checkReturnUrl(attempt.returnUrl, { allowedReturnDomains, keyEnv: deps.keyEnv });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Where whoever started the attempt may send browsers today; undefined when the key is revoked. */
async function returnDomainsOf(
  { store, portalDomains }: ReturnDeps,
  { apiKeyId }: AttemptRow,
): Promise<readonly string[] | undefined> {
  if (apiKeyId === null) return portalDomains;
  const key = await store.keys.find(apiKeyId);
  return key && key.revokedAt === null ? parseDomains(key.allowedReturnDomains) : undefined;
}

function toParameters(parting: Parting): Record<string, string> {
  const { state } = parting;
  if ("error" in parting)
    return { error: parting.error, error_description: descriptions[parting.error], state };
  return {
    installation_id: String(parting.installationId),
    state,
    setup_action: parting.setupAction,
  };
}
