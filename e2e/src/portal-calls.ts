import type { Connector } from "./connector.ts";
import { linkGitHub } from "./link.ts";
import { addUser } from "./portal.ts";
import type { OperationCall } from "./transports.ts";

type PortalCall = [name: string, status: number, call: Omit<OperationCall, "name">];

/** Calls of each of the portal's operations, one after the other, that succeed. */
export async function succeedingPortalCalls(connector: Connector): Promise<PortalCall[]> {
  const { organizationId } = await connector.addPartner();
  const user = await addUser(connector, organizationId);
  await linkGitHub(connector, user, "octocat");
  const { world } = connector.sandbox;
  const { id: installation_id } = world.installation("octocat") ?? world.install("octocat");
  const key = user.session;
  return [
    ["portal.installUrl", 200, { key }],
    ["portal.completeInstall", 200, { key, input: { installation_id, setup_action: "install" } }],
    ["portal.githubStatus", 200, { key }],
    ["portal.uninstall", 200, { key }],
  ];
}
