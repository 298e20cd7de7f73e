import type { enterpriseApi } from "@layers/contracts";
import {
  type Connector,
  type ConnectorChanges,
  type Partner,
  startConnector,
} from "./connector.ts";
import { callOver } from "./transports.ts";

/** Client ids of Apps that the stand-in has besides ours. */
export const brewBuilds = "Iv23liBrewBuildsApp1";
export const orgChart = "Iv23liOrgChartApp001";

const organization = { enterprise: "acme-corp", org: "acme-tea" };
const missing = { ...organization, installation_id: 999_999_999 };

export type EnterpriseOperation = `enterprise.${keyof typeof enterpriseApi}`;

/** What each operation takes. The installation is one that nobody has. */
export const enterpriseInputs: Readonly<
  Record<EnterpriseOperation, Readonly<Record<string, unknown>>>
> = {
  "enterprise.listInstallableOrganizations": { enterprise: organization.enterprise },
  "enterprise.listAccessibleRepositories": organization,
  "enterprise.listInstallations": organization,
  "enterprise.install": { ...organization, client_id: orgChart, repository_selection: "none" },
  "enterprise.uninstall": missing,
  "enterprise.listRepositories": missing,
  "enterprise.setRepositorySelection": { ...missing, repository_selection: "all" },
  "enterprise.addRepositories": { ...missing, repositories: ["kettle"] },
  "enterprise.removeRepositories": { ...missing, repositories: ["kettle"] },
};

/** A connector whose partner may manage the Apps of `acme-corp`. */
export interface Managed {
  readonly connector: Connector;
  readonly partner: Partner;
  readonly grantId: string;
}

/** Starts a connector on Enterprise Cloud; `acme-corp` owns `acme-coffee` and `acme-tea`. */
export async function startManaged(changes: ConnectorChanges = {}): Promise<Managed> {
  const connector = await startConnector({ edition: "ghec", ...changes });
  const partner = await addManager(connector);
  return { connector, partner, grantId: await grant(connector, partner) };
}

/** Adds an organization with a key for enterprises, and no grant. */
export const addManager = (connector: Connector): Promise<Partner> =>
  connector.addPartner({ scopes: ["enterprise:read", "enterprise:write"] });

export interface Granted {
  readonly slug?: string;
  readonly clientIds?: readonly string[];
}

/** Grants an enterprise as the operator does; returns the grant's id. */
export async function grant(
  { operator, sandbox }: Pick<Connector, "operator" | "sandbox">,
  { organizationId }: Pick<Partner, "organizationId">,
  { slug = "acme-corp", clientIds = [sandbox.app.clientId, brewBuilds, orgChart] }: Granted = {},
): Promise<string> {
  const { id, installation } = sandbox.world.enterprise(slug);
  if (!installation) throw new Error(`The App is not on the enterprise ${slug}.`);
  const { id: grantId } = await operator.grantEnterprise({
    organizationId,
    host: new URL(sandbox.url).origin,
    enterprise: { id, slug, installationId: installation.id },
    clientIds,
  });
  return grantId;
}

/** Puts an App with two repositories on `acme-tea`, which the partner may; returns the installation's id. */
export async function installApp(
  connector: Connector,
  { key }: Pick<Partner, "key">,
): Promise<number> {
  const send = async (name: EnterpriseOperation, changes: object) => {
    const input = {
      ...organization,
      repository_selection: "selected",
      repositories: ["kettle", "matcha-api"],
      ...changes,
    };
    const { status, body } = await callOver("REST", connector, { name, key, input });
    if (status > 201) throw new Error(`${name} answered ${status}.`);
    return (body as { id: number }).id;
  };
  const installation_id = await send("enterprise.install", { client_id: brewBuilds });
  // One that was there already has kept its own.
  return send("enterprise.setRepositorySelection", { installation_id });
}

export type SucceedingCall = [
  EnterpriseOperation,
  status: number,
  input: Readonly<Record<string, unknown>>,
];

/** Every operation, in an order in which each succeeds. */
export async function succeedingCalls(
  connector: Connector,
  partner: Partner,
): Promise<SucceedingCall[]> {
  const installation_id = await installApp(connector, partner);
  const call = (name: EnterpriseOperation, status: number, changes = {}): SucceedingCall => {
    const input = { ...enterpriseInputs[name], ...changes };
    return [name, status, "installation_id" in input ? { ...input, installation_id } : input];
  };
  return [
    call("enterprise.listInstallableOrganizations", 200),
    call("enterprise.listAccessibleRepositories", 200),
    call("enterprise.install", 201),
    call("enterprise.install", 200),
    call("enterprise.listInstallations", 200),
    call("enterprise.addRepositories", 200, { repositories: ["steeping-timer"] }),
    call("enterprise.removeRepositories", 200),
    call("enterprise.listRepositories", 200),
    call("enterprise.setRepositorySelection", 200),
    call("enterprise.uninstall", 204),
  ];
}
