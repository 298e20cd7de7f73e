import { type Connector, type Partner, startConnector } from "./connector.ts";
import { bindAcme, connectInBrowser, type Proven } from "./journey.ts";
import { callOver, type OperationCall } from "./transports.ts";

/** A connector in which every operation that asks GitHub has something to ask about. */
export interface GithubBound {
  readonly connector: Connector;
  /** Bound to `acme-coffee`, with a token issued. */
  readonly partner: Partner;
  readonly installationId: number;
  readonly token: string;
  /** Has proven `globex` and not bound it yet. */
  readonly claimant: Partner;
  readonly claim: Proven;
}

export async function startGithubBound(
  changes: Parameters<typeof startConnector>[0] = {},
): Promise<GithubBound> {
  const connector = await startConnector(changes);
  const partner = await connector.addPartner();
  const { installationId } = await bindAcme(connector, partner);
  const minted = await callOver("REST", connector, {
    name: "github.createToken",
    key: partner.key,
  });
  const { token } = minted.body as { token: string };
  const claimant = await connector.addPartner();
  const claim = await connectInBrowser(connector, claimant, {
    login: "globex-admin",
    account: "globex",
  });
  return { connector, partner, installationId, token, claimant, claim };
}

/** Every operation that asks GitHub, with the first thing that it asks. */
export const asking = {
  "github.registerInstallation": ({ claimant: { key }, claim }: GithubBound) => ({
    call: { key, input: { ...claim } },
    asks: `GET /app/installations/${claim.installationId}`,
  }),
  "github.createToken": ({ partner: { key }, installationId }: GithubBound) => ({
    call: { key, input: { permissions: { metadata: "read" } } },
    asks: `POST /app/installations/${installationId}/access_tokens`,
  }),
  "github.listRepos": ({ partner: { key } }: GithubBound) => ({
    call: { key },
    asks: "GET /installation/repositories",
  }),
  "github.installationHealth": ({ partner: { key } }: GithubBound) => ({
    call: { key },
    asks: "GET /app",
  }),
  "github.revokeToken": ({ partner: { key }, token }: GithubBound) => ({
    call: { key, input: { token } },
    asks: "DELETE /installation/token",
  }),
  "github.detachInstallation": ({ partner: { key } }: GithubBound) => ({
    call: { key, input: { uninstall: true } },
    asks: "DELETE /installation/token",
  }),
} satisfies Record<
  string,
  (bound: GithubBound) => { call: Omit<OperationCall, "name">; asks: string }
>;

export type AskingOperation = keyof typeof asking;
export const askingOperations = Object.keys(asking) as AskingOperation[];
