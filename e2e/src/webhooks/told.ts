import { type Connector, type ConnectorChanges, startConnector } from "../connector.ts";
import { webhookSecret } from "./sign.ts";

/** A connector that does its jobs, and that the stand-in tells of what happens. */
export async function startToldConnector(changes: ConnectorChanges = {}): Promise<Connector> {
  const connector = await startConnector({ works: true, ...changes });
  tell(connector);
  return connector;
}

/** Lets the stand-in send webhooks, signed with a secret. */
export function tell({ sandbox, url }: Connector, secret = webhookSecret): void {
  sandbox.configureApp({ hook: { url: `${url}/github/webhooks`, secret } });
}

/** Resolves when everything has been told and worked on. */
export async function settle({ sandbox, jobsDone }: Connector): Promise<void> {
  await sandbox.deliveriesSent();
  await jobsDone();
}
