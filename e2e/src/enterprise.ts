import {
  type Connector,
  type ConnectorChanges,
  type Partner,
  startConnector,
} from "./connector.ts";

/** Client ids of Apps that the stand-in has besides ours. */
export const brewBuilds = "Iv23liBrewBuildsApp1";
export const orgChart = "Iv23liOrgChartApp001";

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
  { operator, sandbox }: Connector,
  { organizationId }: Partner,
  { slug = "acme-corp", clientIds = [sandbox.app.clientId, brewBuilds] }: Granted = {},
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
