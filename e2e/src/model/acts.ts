import { expect } from "vitest";
import { returnUrl } from "../connector.ts";
import { expectOutcome, isKeyLive } from "./compare.ts";
import type { Model } from "./model.ts";
import {
  type Account,
  adminOf,
  type Expected,
  type ModelAttempt,
  type ModelOrganization,
  type Person,
  refused,
  type Scope,
  scopes,
} from "./state.ts";
import type { World } from "./world.ts";

/** The model and the world, to be treated alike. */
export interface Both {
  readonly model: Model;
  readonly world: World;
}

const unknownId = 999_999;
const unknownState = "a-state-that-was-never-given-out";

/** The account's installation, or the last that it had, or none that ever was. */
export const latestId = ({ model }: Both, account: Account): number =>
  model.installations.findLast((each) => each.account === account)?.id ?? unknownId;

export function organizationOf({ model }: Both, index: number): ModelOrganization {
  const organization = model.organizations[index];
  if (!organization) throw new Error(`There is no organization ${index}.`);
  return organization;
}

/** One of the latest: 0 is the last one, and what is too far back begins anew. */
export const latest = <T>(list: readonly T[], back: number): T | undefined =>
  list.at(-1 - (back % Math.max(1, list.length)));

interface Ask {
  readonly name: string;
  readonly organization: ModelOrganization;
  readonly input?: object;
}

/** Calls an operation. A key that is not accepted has one answer, whatever the model would say. */
async function ask(
  { model, world }: Both,
  { name, organization, input }: Ask,
  expected: () => Expected,
): Promise<unknown> {
  const accepted = isKeyLive(model, organization);
  const outcome = await world.call(`github.${name}`, organization.key.text, input);
  expectOutcome(outcome, accepted ? expected() : refused("UNAUTHENTICATED"));
  return outcome.body;
}

export async function installUrl(both: Both, organization: ModelOrganization): Promise<void> {
  const call = { name: "installUrl", organization, input: { returnUrl } };
  const body = await ask(both, call, () => ({ status: 200 }));
  if (!isKeyLive(both.model, organization)) return;
  both.model.start(organization, String(Reflect.get(Object(body), "state")));
}

export interface Trip {
  readonly person: Person;
  readonly installationId: number | undefined;
  readonly click: "connect" | "decline";
}

export async function visit({ model, world }: Both, attempt: ModelAttempt, trip: Trip) {
  const { state } = attempt;
  const { person, installationId, click } = trip;
  const query = new URLSearchParams({ state, setup_action: "install" });
  if (installationId !== undefined) query.set("installation_id", String(installationId));
  const page = installationId === undefined ? "connect" : "callback";
  const expected = model.visit({ attempt, ...trip });
  const ending = await world.visit(`/github/app/${page}?${query.toString()}`, person, click);
  if ("page" in expected || "page" in ending) return expect(ending).toEqual(expected);
  expect(ending.partner).toMatchObject(
    "error" in expected
      ? { state, error: expected.error }
      : { state, installation_id: String(expected.installationId) },
  );
}

export interface Claim {
  readonly attempt: ModelAttempt | undefined;
  readonly installationId: number;
}

export async function register(
  both: Both,
  organization: ModelOrganization,
  { attempt, installationId }: Claim,
): Promise<void> {
  const input = { installationId, state: attempt?.state ?? unknownState };
  await ask(both, { name: "registerInstallation", organization, input }, () =>
    both.model.register(organization, attempt, installationId),
  );
}

/** All that it takes to be bound, unless something is in the way. */
export async function connect(both: Both, organization: ModelOrganization, account: Account) {
  await installAtGitHub(both, account);
  await installUrl(both, organization);
  const attempt = both.model.attempts.at(-1);
  const installationId = latestId(both, account);
  const trip = { person: adminOf[account], installationId, click: "connect" } as const;
  if (attempt) await visit(both, attempt, trip);
  await register(both, organization, { attempt, installationId });
}

export interface Detachment {
  readonly uninstall: boolean;
  readonly githubFails: boolean;
}

export const detach = (both: Both, organization: ModelOrganization, how: Detachment) =>
  whileGitHub(both, how, async () => {
    const input = { uninstall: how.uninstall };
    await ask(both, { name: "detachInstallation", organization, input }, () =>
      both.model.detach(organization, how),
    );
  });

export interface Wish {
  readonly scope: Scope;
  readonly seconds: number;
  readonly githubFails: boolean;
}

export const createToken = (both: Both, organization: ModelOrganization, wish: Wish) =>
  whileGitHub(both, wish, async () => {
    const { scope, seconds, githubFails } = wish;
    const input = { ...scopes[scope], minValiditySeconds: seconds };
    let promised: ReturnType<Model["createToken"]> | undefined;
    const body = await ask(both, { name: "createToken", organization, input }, () => {
      promised = both.model.createToken(organization, {
        scope,
        lives: seconds * 1000,
        githubFails,
      });
      return "status" in promised ? promised : { status: 201 };
    });
    if (!promised || "status" in promised) return;
    const { token, expiresAt } = Object(body) as Record<string, unknown>;
    const isKnown = both.model.tokens.some(({ text }) => text === token);
    expect(isKnown).toBe(promised.text !== undefined);
    promised.text ??= String(token);
    expect({ token, expiresAt }).toEqual({
      token: promised.text,
      expiresAt: new Date(promised.expiresAt).toISOString(),
    });
  });

export interface Revocation {
  readonly back: number;
  /** Whether the token is one of the organization's own. */
  readonly own: boolean;
  readonly githubFails: boolean;
}

export const revokeToken = (both: Both, organization: ModelOrganization, how: Revocation) =>
  whileGitHub(both, how, async () => {
    const token = latest(
      both.model.tokens.filter(
        ({ text, binding }) =>
          text !== undefined && (binding.organization === organization) === how.own,
      ),
      how.back,
    );
    const input = { token: token?.text ?? "ghs_that_was_never_given_out" };
    await ask(both, { name: "revokeToken", organization, input }, () =>
      both.model.revokeToken(organization, token, how),
    );
  });

export async function health(both: Both, organization: ModelOrganization): Promise<void> {
  await ask(both, { name: "installationHealth", organization }, () =>
    both.model.health(organization),
  );
}

export async function installAtGitHub({ model, world }: Both, account: Account): Promise<void> {
  if (model.installed(account)) return;
  const { id } = world.sandbox.world.install(account);
  model.installations.push({ id, account, exists: true, suspended: false });
}

/** GitHub answers nothing but errors to whatever changes something. */
async function whileGitHub(
  { world }: Both,
  { githubFails }: { readonly githubFails: boolean },
  work: () => Promise<void>,
): Promise<void> {
  const fault = { kind: "status", status: 500 } as const;
  if (githubFails)
    world.sandbox.fault([
      { ...fault, match: { method: "POST", path: "/app/installations/*" } },
      { ...fault, match: { method: "DELETE" } },
    ]);
  await work();
  if (githubFails) world.sandbox.fault([]);
}
