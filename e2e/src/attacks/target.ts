import { type Connector, type Partner, startConnector } from "../connector.ts";
import { grant } from "../enterprise.ts";
import type { Answer } from "../http.ts";
import { connectInBrowser, getInstallUrl, type Proven, register } from "../journey.ts";
import { type Transport, TrpcRefusal } from "../transports.ts";

/** A connector with two organizations, of which one attacks the other. */
export interface Target {
  readonly connector: Connector;
  /** May return to `app.partner.example` and below `wild.example`. Has bound nothing. */
  readonly attacker: Partner;
  /** Has proven `acme-coffee` to be the attacker's own, and not bound it. */
  readonly proof: Proven;
  /** A state of the attacker's that has proven nothing. */
  readonly freshState: string;
  /** Has bound `globex`, and may manage `acme-corp`. */
  readonly victim: Partner;
  readonly victimsInstallationId: number;
  /** A state of the victim's that has proven nothing. */
  readonly victimsState: string;
  /** Installed on `octocat`, and nobody's. */
  readonly unclaimedId: number;
}

export const unknownId = 999_999_999;

export async function startTarget(
  changes: Parameters<typeof startConnector>[0] = {},
): Promise<Target> {
  const connector = await startConnector(changes);
  const { sandbox } = connector;
  const attacker = await connector.addPartner({
    allowedReturnDomains: ["app.partner.example", "*.wild.example"],
  });
  const victim = await connector.addPartner({
    scopes: ["github:admin", "github:token", "enterprise:write"],
  });
  await grant(connector, victim);
  sandbox.world.install("acme-coffee");
  const proof = await connectInBrowser(connector, attacker, {
    login: "octo-admin",
    account: "acme-coffee",
  });
  const bound = await connectInBrowser(connector, victim, {
    login: "globex-admin",
    account: "globex",
  });
  await register(connector, victim, bound);
  return {
    connector,
    attacker,
    proof,
    freshState: (await getInstallUrl(connector, attacker)).state,
    victim,
    victimsInstallationId: bound.installationId,
    victimsState: (await getInstallUrl(connector, victim)).state,
    unclaimedId: sandbox.world.install("octocat").id,
  };
}

let addresses = 0;

/** An address that nobody called from yet: failed credentials are counted for each apart. */
export function fromNewAddress(): { readonly "x-forwarded-for": string } {
  addresses += 1;
  return { "x-forwarded-for": `198.18.${addresses >> 8}.${addresses & 255}` };
}

export interface BindRequest {
  readonly key?: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Posts a body to the operation that binds, byte by byte as given. Refusals have REST's form. */
export async function postBind(
  transport: Transport,
  { url, remoteUrl }: Pick<Connector, "url" | "remoteUrl">,
  { key, body, headers }: BindRequest,
): Promise<Answer> {
  const path =
    transport === "tRPC" ? "/trpc/github.registerInstallation" : "/v1/github/installation";
  const base = transport === "REST behind tRPC" ? remoteUrl : url;
  const response = await fetch(base + path, {
    method: "POST",
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      "content-type": "application/json",
      ...headers,
    },
    body,
  });
  const sent = await response.text();
  const parsed: unknown = JSON.parse(sent);
  const { status } = response;
  if (transport !== "tRPC" || status === 200)
    return { status, headers: response.headers, body: parsed, text: sent };
  const { envelope } = TrpcRefusal.parse(parsed).error.data;
  return { status, headers: response.headers, body: envelope, text: JSON.stringify(envelope) };
}
