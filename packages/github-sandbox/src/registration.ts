import { createPublicKey, type KeyObject } from "node:crypto";
import type { AppIdentity, Permissions } from "./world/model.ts";

/** `opaque`: 40 characters. `stateless`: `ghs_APPID_JWT`, about 520 characters. */
export type TokenFormat = "opaque" | "stateless";

/** The App's webhook. */
export interface Hook {
  url: string;
  /** Signs the deliveries; without one they are not signed. */
  secret?: string | undefined;
  /** `json` when absent. */
  contentType?: "json" | "form" | undefined;
  /** `1` takes any certificate; `0` when absent. */
  insecureSsl?: "0" | "1" | undefined;
}

/** What the App's owner may change at any time in its settings at GitHub. */
export interface AppSettings {
  /** Where GitHub sends a person after installing, updating or requesting; null for nowhere. */
  setupUrl: string | null;
  /** Registered OAuth callback URLs; the first is the default. */
  callbackUrls: readonly string[];
  /** "Request user authorization (OAuth) during installation": the setup URL is then out of use. */
  oauthDuringInstall: boolean;
  /** Format of new installation tokens. */
  tokenFormat: TokenFormat;
  /** What the App asks for. What is installed already keeps its grant until somebody accepts more. */
  permissions: Permissions;
  /** Where GitHub tells what happens; null for nowhere. */
  hook: Hook | null;
}

/** How the App is registered. Without a key every JWT is refused, as at GitHub. */
export interface AppOptions extends Partial<AppSettings> {
  /** PEM of the App's RSA key, at least 2048 bits: the public half is all that is kept. */
  publicKey?: string;
  /** PEM, as downloaded from GitHub; used when there is no `publicKey`. */
  privateKey?: string;
  /** For the exchange of OAuth codes. */
  clientSecret: string;
  /** App id: 1204501 when absent. */
  id?: number;
  /** `Iv23` and 16 letters or digits: `Iv23liLayersConnect0` when absent. */
  clientId?: string;
  /** The App's name in addresses: `layers-connector` when absent. */
  slug?: string;
  /** The App's name on pages: `Layers Connector` when absent. */
  name?: string;
  /** Webhook events that the App subscribes to. */
  events?: readonly string[];
}

/** The App as registered at the stand-in. */
export interface App extends AppSettings, AppIdentity {
  description: string;
  externalUrl: string;
  clientSecret: string;
  publicKey: KeyObject | undefined;
  createdAt: string;
}

export interface Registration {
  readonly app: App;
  /** Changes the settings for good: a reset keeps them. */
  configure: (change: Partial<AppSettings>) => void;
  /** From now on only JWTs of this key are accepted, as when the App's other keys were deleted. */
  replaceKey: (publicKeyPem: string) => void;
  /** Changes the settings until the next reset. */
  adjust: (change: Partial<AppSettings>) => void;
  reset: () => void;
}

const defaults = {
  id: 1204501,
  clientId: "Iv23liLayersConnect0",
  slug: "layers-connector",
  name: "Layers Connector",
  description: "Connects your GitHub account to the services you use.",
  externalUrl: "https://layers.example/",
  permissions: {
    metadata: "read",
    contents: "write",
    pull_requests: "write",
    members: "read",
    enterprise_organization_installations: "write",
    enterprise_organization_installation_repositories: "write",
  },
  events: ["repository"],
  createdAt: "2025-11-03T10:00:00Z",
  setupUrl: null,
  callbackUrls: [],
  oauthDuringInstall: false,
  tokenFormat: "opaque",
  hook: null,
} satisfies Partial<App>;

function toPublicKey(pem: string | undefined): KeyObject | undefined {
  if (pem === undefined) return undefined;
  const key = createPublicKey(pem);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== "rsa" || bits < 2048)
    throw new TypeError("The App's key must be an RSA key of at least 2048 bits");
  return key;
}

type Defined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Leaves out what is undefined, so that it replaces nothing when spread. */
export const defined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined),
  ) as Defined<T>;

export function createRegistration(options: AppOptions): Registration {
  const { publicKey, privateKey, ...rest } = options;
  let registered: App = {
    ...defaults,
    ...defined(rest),
    clientSecret: options.clientSecret,
    publicKey: toPublicKey(publicKey ?? privateKey),
  };
  let current = registered;
  const settle = (change: Partial<App>) => {
    registered = { ...registered, ...change };
    current = { ...current, ...change };
  };
  return {
    get app() {
      return current;
    },
    configure: settle,
    replaceKey: (pem) => settle({ publicKey: toPublicKey(pem) }),
    adjust(change) {
      current = { ...current, ...change };
    },
    reset() {
      current = registered;
    },
  };
}
