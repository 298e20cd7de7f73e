import { AppError } from "@layers/contracts";
import type { AttemptRow } from "@layers/storage";
import { checkReturnUrl } from "../attempts/return-url.ts";
import { parseDomains } from "../keys/principal.ts";
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

/** Sends the browser to the partner, if the key still allows that address. */
export async function leave(
  deps: Pick<InstallFlowDeps, "store" | "keyEnv">,
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
  { store, keyEnv }: Pick<InstallFlowDeps, "store" | "keyEnv">,
  attempt: AttemptRow,
): Promise<string | undefined> {
  const key = await store.keys.find(attempt.apiKeyId);
  const organization = await store.organizations.find(attempt.organizationId);
  if (!key || key.revokedAt !== null || organization?.suspendedAt !== null) return undefined;
  try {
    const allowedReturnDomains = parseDomains(key.allowedReturnDomains);
    return checkReturnUrl(attempt.returnUrl, { allowedReturnDomains, keyEnv });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
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
