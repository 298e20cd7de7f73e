import { randomUUID } from "node:crypto";
import {
  acceptsIdempotencyKey,
  contract,
  type ErrorCode,
  type Operation,
  operations,
} from "@layers/contracts";
import { type Connector, type Partner, returnUrl } from "../connector.ts";
import { enterpriseInputs, grant, installApp } from "../enterprise.ts";
import { getInstallUrl, type Proven, register } from "../journey.ts";

import { linkGitHub } from "../link.ts";
import { planInputs } from "../plan-calls.ts";
import { addUser } from "../portal.ts";

import { callOver, type OperationCall, operationOf } from "../transports.ts";
import { type Session, visit } from "../visit.ts";

/** The account that everything is about: installed, and administered by the session's person. */
export const account = { login: "globex", admin: "globex-admin" } as const;

/** Where a scenario is prepared. */
export interface Stage {
  readonly connector: Connector;
  readonly session: Session;
  readonly partner: Partner;
}

/** One way to call an operation, from a start of its own. */
export interface Scenario {
  readonly name: string;
  readonly prepare: (stage: Stage) => Promise<OperationCall>;
  /** The storage call by which the caller is known. */
  readonly identifiedBy: string;
  /** How it is refused when it was done, which was not acknowledged, and is asked for again. */
  readonly refusedOnceDone: ErrorCode | undefined;
}

type Input = NonNullable<OperationCall["input"]>;

/** In an enterprise that is granted, with an App to change where one is changed. */
async function inEnterprise({ connector, partner }: Stage, input: Input): Promise<Input> {
  await grant(connector, partner);
  if (!("installation_id" in input)) return input;
  const { organizationId } = partner;
  const installer = await connector.addPartner({ organizationId, scopes: ["enterprise:write"] });
  return { ...input, installation_id: await installApp(connector, installer) };
}

const ofEnterprises = Object.entries(enterpriseInputs).map(
  ([name, input]) => [name, (stage: Stage) => inEnterprise(stage, input)] as const,
);

const ofPlans = Object.entries(planInputs).map(([name, prepare]) => {
  const input = async ({ connector, partner }: Stage) => {
    await grant(connector, partner);
    return prepare(connector, partner);
  };
  return [name, input] as const;
});

/** How operations are called that need more than a bound organization. */
const inputs: Readonly<Record<string, (stage: Stage) => Promise<Input>>> = {
  "github.installUrl": async () => ({ returnUrl, state: randomUUID() }),
  "github.getInstallAttempt": async (stage) => {
    const { state } = await getInstallUrl(stage.connector, stage.partner);
    return { state };
  },
  "github.registerInstallation": async (stage) => ({ ...(await prove(stage)) }),
  "github.detachInstallation": async (stage) => {
    await bind(stage);
    await issueToken(stage);
    return { uninstall: true };
  },
  "github.createToken": async (stage) => {
    await bind(stage);
    return { permissions: { metadata: "read" } };
  },
  "github.revokeToken": async (stage) => {
    await bind(stage);
    return { token: await issueToken(stage) };
  },
  "githubApi.createContentAttachment": async (stage) => {
    await bind(stage);
    const url = "https://errors.example/A-1";
    const content_reference_id = stage.connector.sandbox.world.postUrl("globex/rocket", url);
    return { content_reference_id, title: "A-1", body: "An error" };
  },
  ...Object.fromEntries(ofEnterprises),
  ...Object.fromEntries(ofPlans),
};

const bound = async (stage: Stage): Promise<Input> => {
  await bind(stage);
  return {};
};

const refusedOnceDone: Readonly<Record<string, ErrorCode>> = {
  "github.detachInstallation": "NOT_FOUND",
  "github.revokeToken": "NOT_FOUND",
  "enterprise.uninstall": "NOT_FOUND",
  "enterprise.apply": "PLAN_APPLIED",
};

const ofPartners = [...operations(contract)].filter(([, { access }]) => access.partner);

/** Every operation that partners call, those that take an Idempotency-Key with one too. */
const partnerScenarios: Scenario[] = ofPartners.flatMap(([name]) => {
  const scenario = (suffix: string, headers: () => Record<string, string>): Scenario => ({
    name: name + suffix,
    identifiedBy: "keys.findByKeyId",
    refusedOnceDone: refusedOnceDone[name],
    prepare: async (stage) => ({
      name,
      headers: headers(),
      input: await (inputs[name] ?? bound)(stage),
      key: await newKey(stage, operationOf(name)),
    }),
  });
  const plain = scenario("", () => ({}));
  const keyed = scenario(" with an Idempotency-Key", () => ({ "idempotency-key": randomUUID() }));
  return acceptsIdempotencyKey(operationOf(name)) ? [plain, keyed] : [plain];
});

const withInstallation = ["portal.completeInstall", "githubApi.listUserInstallationRepositories"];

/** Every operation that portal users call and partners do not. */
const portalScenarios: Scenario[] = [...operations(contract)]
  .filter(([, { access }]) => access.portal && !access.partner)
  .map(([name]) => ({
    name,
    identifiedBy: "members.listOfUser",
    refusedOnceDone: undefined,
    prepare: async ({ connector, partner }) => {
      const { session } = await addUser(connector, partner.organizationId);
      await linkGitHub(connector, { session }, account.admin);
      const installation_id = connector.sandbox.world.installation(account.login)?.id;
      const input = { installation_id };
      if (name === "portal.uninstall")
        await callOver("REST", connector, { name: "portal.completeInstall", key: session, input });
      return { name, key: session, input: withInstallation.includes(name) ? input : {} };
    },
  }));

export const scenarios: readonly Scenario[] = [...partnerScenarios, ...portalScenarios];

/** A key for an operation that was not called with yet: it has to be looked up. */
async function newKey({ connector, partner }: Stage, { access }: Operation): Promise<string> {
  const { organizationId } = partner;
  const scopes = [...(access.partner ?? [])];
  return (await connector.addPartner({ organizationId, scopes })).key;
}

async function prove({ connector, partner, session }: Stage): Promise<Proven> {
  const { state } = await getInstallUrl(connector, partner);
  const query = new URLSearchParams({ state }).toString();
  const ending = await visit(`${connector.url}/github/app/connect?${query}`, session);
  if (!("partner" in ending)) throw new Error(`The proof ended on a page: ${ending.page}.`);
  return { state, installationId: Number(ending.partner["installation_id"]) };
}

async function bind(stage: Stage): Promise<void> {
  const { status } = await register(stage.connector, stage.partner, await prove(stage));
  if (status !== 201) throw new Error(`The binding was refused with ${status}.`);
}

async function issueToken({ connector, partner: { key } }: Stage): Promise<string> {
  const { body } = await callOver("REST", connector, { name: "github.createToken", key });
  return (body as { token: string }).token;
}
