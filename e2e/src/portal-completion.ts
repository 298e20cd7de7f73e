import type { BindingRow } from "@layers/storage";
import { type Connector, type Partner, startConnector } from "./connector.ts";
import { type Answer, send } from "./http.ts";
import { addUser, type PortalUser, sessionHeaders } from "./portal.ts";

/** What differs from the admin's own request with a cookie. */
export interface Attempted {
  readonly by?: PortalUser;
  readonly body?: unknown;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

/** An organization with an admin in the portal, and an installation at GitHub that is nobody's yet. */
export interface Completion {
  readonly connector: Connector;
  readonly partner: Partner;
  readonly user: PortalUser;
  readonly installationId: number;
  /** Asks to complete the installation. */
  readonly complete: (attempted?: Attempted) => Promise<Answer>;
  /** The bindings that have not ended. */
  readonly bound: () => Promise<BindingRow[]>;
}

/** Starts a service with it; its connector is to be disposed. */
export async function startCompletion(): Promise<Completion> {
  const connector = await startConnector();
  const partner = await connector.addPartner();
  const user = await addUser(connector, partner.organizationId, "admin");
  const installationId = connector.sandbox.world.install("acme-coffee").id;
  return {
    connector,
    partner,
    user,
    installationId,
    complete({ by = user, ...changes } = {}) {
      const { body = { installation_id: installationId, setup_action: "install" } } = changes;
      const { path = "/github/app/install/complete" } = changes;
      const headers = { ...sessionHeaders("cookie", by.session), ...changes.headers };
      return send(`POST ${path}`, connector.url, { headers, body });
    },
    bound: async () => (await connector.store.bindings.list()).filter(({ endedAt }) => !endedAt),
  };
}
