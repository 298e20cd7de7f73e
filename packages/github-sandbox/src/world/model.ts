/** The rows of the stand-in. Plain data: everything here survives a trip through JSON. */

export type Access = "read" | "write" | "admin";
export type Permissions = Record<string, Access>;
export type RepositorySelection = "all" | "selected";

export interface Account {
  id: number;
  type: "User" | "Organization";
  login: string;
  name: string;
  description: string | null;
  createdAt: string;
}

/** Owns organizations. Accounts and enterprises are numbered apart: an id may stand for one of each. */
export interface Enterprise {
  id: number;
  slug: string;
  name: string;
  /** The user who administers it. */
  ownerId: number;
  organizationIds: number[];
  createdAt: string;
}

/** What everybody can know of an App, whoever owns it. */
export interface AppIdentity {
  id: number;
  clientId: string;
  slug: string;
  name: string;
  /** What it asks for today: an older installation may have been granted less. */
  permissions: Permissions;
  events: readonly string[];
}

export interface Membership {
  organizationId: number;
  userId: number;
  role: "admin" | "member";
  state: "active" | "pending";
}

export interface Repository {
  id: number;
  ownerId: number;
  name: string;
  private: boolean;
  description: string;
  language: string | null;
  defaultBranch: string;
  createdAt: string;
  pushedAt: string;
}

export interface Suspension {
  /** The App can lift only what it did itself. */
  by: "app" | "owner";
  userId: number;
  at: string;
}

interface Installed {
  id: number;
  appId: number;
  permissions: Permissions;
  events: string[];
  createdAt: string;
  updatedAt: string;
  suspension: Suspension | null;
}

/** On an enterprise itself: it reaches no repository of the enterprise's organizations. */
export interface EnterpriseInstallation extends Installed {
  enterpriseId: number;
}

/** On a person or an organization. */
export interface Installation extends Installed {
  accountId: number;
  selection: RepositorySelection;
  /** Meaningful for `selected` alone. */
  repositoryIds: number[];
  /** The member whose request an owner approved. */
  requesterId: number | null;
}

export interface InstallationRequest {
  id: number;
  accountId: number;
  requesterId: number;
  selection: RepositorySelection;
  repositoryIds: number[];
  createdAt: string;
}

/** `ghs_…`, kept under its SHA-256. Absent repositories: everything that the installation reaches. */
export interface InstallationToken {
  installationId: number;
  permissions: Permissions;
  repositoryIds: number[] | null;
  expiresAt: number;
}

/** `ghu_…` and its `ghr_…`, each kept under its SHA-256 and pointing at the other. */
export interface UserToken {
  userId: number;
  /** The App that it was given to. */
  appId: number;
  expiresAt: number;
  refreshDigest: string;
}

interface RefreshToken {
  userId: number;
  appId: number;
  expiresAt: number;
  accessDigest: string;
}

/** `ghp_…` or `github_pat_…`, kept under its SHA-256. */
export interface PersonalToken {
  userId: number;
  kind: "classic" | "fine-grained";
  /** Of a classic token: `repo`, `read:org`, … A fine-grained one has none. */
  scopes: string[];
}

/** A URL that somebody posted in an issue, and that an App may attach something to. */
export interface ContentReference {
  id: number;
  repositoryId: number;
  url: string;
  /** Epoch milliseconds. */
  postedAt: number;
}

export interface ContentAttachment {
  id: number;
  referenceId: number;
  title: string;
  body: string;
}

/** One attempt to tell the App's webhook of something. */
export interface HookDelivery {
  /** An int64 in decimal digits. */
  id: string;
  /** The same for every attempt to tell the same. */
  guid: string;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  redelivery: boolean;
  /** Epoch milliseconds. */
  deliveredAt: number;
  durationMs: number;
  /** In GitHub's words: `OK`, `timed out`, … */
  status: string;
  statusCode: number;
  url: string;
  requestHeaders: Record<string, string>;
  payload: object;
  /** Null where nobody answered. */
  responseHeaders: Record<string, string> | null;
  responsePayload: string | null;
}

export interface OAuthCode {
  userId: number;
  redirectUri: string;
  codeChallenge: string | null;
  expiresAt: number;
}

/** What the OAuth leg of an installation brings to the callback URL beside the code. */
export interface SetupHandoff {
  userId: number;
  installationId: number | null;
  setupAction: SetupAction;
}

export type SetupAction = "install" | "update" | "request";

export interface State {
  accounts: Account[];
  enterprises: Enterprise[];
  /** Apps of others; ours is in the registration. */
  otherApps: AppIdentity[];
  memberships: Membership[];
  repositories: Repository[];
  /** Of every App. */
  installations: Installation[];
  enterpriseInstallations: EnterpriseInstallation[];
  installationRequests: InstallationRequest[];
  /** Ids of the users who authorized the App. */
  authorizations: number[];
  installationTokens: Map<string, InstallationToken>;
  userTokens: Map<string, UserToken>;
  refreshTokens: Map<string, RefreshToken>;
  personalTokens: Map<string, PersonalToken>;
  contentReferences: ContentReference[];
  contentAttachments: ContentAttachment[];
  oauthCodes: Map<string, OAuthCode>;
  setupHandoffs: Map<string, SetupHandoff>;
  /** Signed-in browsers: digest of the session cookie to user id. */
  sessions: Map<string, number>;
  /** Of the App's webhook, oldest first. */
  hookDeliveries: HookDelivery[];
  deliveriesBegun: number;
  /** Names that repositories had, in lower case and with the owner: to repository id. */
  formerNames: Map<string, number>;
  nextInstallationId: number;
  nextInstallationRequestId: number;
  /** Of an enterprise, organization or repository that a test creates. */
  nextId: number;
}
