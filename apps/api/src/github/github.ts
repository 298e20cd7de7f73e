import { AppError, type Operation, type Permissions } from "@layers/contracts";

/** An account that can install the App. */
export interface GitHubAccount {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization";
}

/** An installation as GitHub shows it now. */
export interface GitHubInstallation {
  readonly id: number;
  /** Undefined when the account is an enterprise, which is never bound, or is gone. */
  readonly account: GitHubAccount | undefined;
  readonly suspended: boolean;
  readonly permissions: Permissions;
  /** The page on which the account's owners configure the installation. */
  readonly settingsUrl: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** The App's installation on an enterprise account. */
export interface GitHubEnterprise {
  /** GitHub's number of the enterprise, which stays when its slug changes. */
  readonly id: number;
  readonly slug: string;
  readonly installationId: number;
  readonly suspended: boolean;
  readonly permissions: Permissions;
}

export interface GitHubUser {
  readonly id: number;
  readonly login: string;
  readonly avatarUrl?: string | undefined;
}

/** What a person's authorization gives us: a user token and, if Apps' tokens expire, what renews it. */
export interface UserGrant {
  readonly token: string;
  /** Absent when the token does not expire. */
  readonly expiresInSeconds?: number | undefined;
  readonly refresh?:
    | { readonly token: string; readonly expiresInSeconds: number | undefined }
    | undefined;
}

/** GitHub refused a person's token; a bad answer to whoever does not know what to do about it. */
export class UserTokenRefused extends AppError {
  constructor() {
    super("GITHUB_UNAVAILABLE", { cause: new Error("GitHub refused a user token.") });
  }
}

/** What GitHub says of a person in an organization. */
export type Membership =
  | { readonly kind: "none" | "sso_required" }
  | {
      readonly kind: "member";
      readonly isActiveAdmin: boolean;
      readonly organizationId: number;
      readonly userId: number;
    };

/** A member's wish that the account's owners approve an installation. */
export interface InstallationRequest {
  readonly id: number;
  readonly account: { readonly id: number; readonly login: string };
  readonly requesterId: number;
}

/** One try of GitHub's to deliver a webhook. */
export interface GitHubDelivery {
  /** GitHub's number of the try. */
  readonly id: string;
  /** The webhook's own, in every try. */
  readonly guid: string;
  /** Epoch microseconds. */
  readonly deliveredAt: number;
  readonly hasArrived: boolean;
}

/** What a token is narrowed to. Absent means all that the installation was granted. */
export interface Narrowing {
  readonly repositories?: readonly string[] | undefined;
  readonly permissions?: Permissions | undefined;
}

export interface GitHubToken {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly permissions: Permissions;
  readonly repositorySelection: "all" | "selected";
  readonly repositories?: readonly { id: number; name: string; fullName: string }[] | undefined;
}

/** A token, or why GitHub gives none. */
export type MintResult =
  | { readonly kind: "minted"; readonly token: GitHubToken }
  | {
      readonly kind: "suspended" | "gone" | "permissions_not_granted" | "repositories_not_granted";
    };

export interface GitHubRepository {
  readonly repoId: number;
  readonly fullName: string;
  readonly owner: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly language: string | null;
  readonly htmlUrl: string;
}

/** One page of an installation's repositories, or why the token no longer serves. */
export type RepositoriesResult =
  | { readonly kind: "page"; readonly total: number; readonly items: readonly GitHubRepository[] }
  | { readonly kind: "suspended" | "token_refused" };

/** A request of GitHub's documented API, made as the holder of a token. */
export interface ForwardRequest {
  /** One that stands in for GitHub's: its route, input and responses are GitHub's own. */
  readonly operation: Operation;
  /** As the operation's schema gave it. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly token: string;
  /** Whose rate limit the call counts against: a class of callers, and which of it. */
  readonly limitedBy: string;
  /** The name of the preview that the route never left, such as `corsair`. */
  readonly preview?: string | undefined;
}

/** What GitHub answered to a forwarded request. */
export type Forwarded =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** As one of the operation's response schemas gave it. */
      readonly body: unknown;
      /** GitHub's `Link` header, with our paths for its own. */
      readonly link: string | undefined;
    }
  | {
      readonly kind: "refused";
      /** GitHub's, a 4xx. */
      readonly status: number;
      /** Whether GitHub says that the installation is suspended. */
      readonly suspended: boolean;
    };

/**
 * GitHub, in our words. Every method may throw `GITHUB_UNAVAILABLE` (it does not answer as it should)
 * or `UNAVAILABLE` with `retryAfter` (it limits us).
 */
export interface GitHub {
  /** The origin of GitHub's pages; names the host in our database. */
  readonly host: string;
  /** Whether the host still has the routes for content attachments. */
  readonly hasContentAttachments: boolean;
  readonly appId: string;

  /** The page on which a person installs the App. */
  installUrl(query: { readonly state: string; readonly returnUrl: string }): string;
  /** The page on which a person lets us read who he is. */
  authorizeUrl(query: {
    readonly state: string;
    readonly codeChallenge: string;
    readonly redirectUri: string;
  }): string;

  /** Trades an OAuth code for a grant; undefined when GitHub refuses the code. */
  exchangeCode(grant: {
    readonly code: string;
    readonly codeVerifier: string;
    readonly redirectUri: string;
  }): Promise<UserGrant | undefined>;
  /** Renews a grant, which ends the old one; undefined when GitHub refuses the refresh token. */
  refreshGrant(refreshToken: string): Promise<UserGrant | undefined>;
  /** The reads of a person's own. Each throws `UserTokenRefused` when GitHub refuses the token. */
  readUser(userToken: string): Promise<GitHubUser>;
  readMembership(userToken: string, organization: string): Promise<Membership>;
  /** The installations of this App that a person can reach; reaching is not administering. */
  listUserInstallations(userToken: string): Promise<GitHubInstallation[]>;

  /** What an installation of the organization's own may read of a person there. */
  readMembershipOf(
    installationToken: string,
    person: {
      readonly organization: string;
      readonly login: string;
      readonly installationId: number;
    },
  ): Promise<Membership>;

  findInstallation(installationId: number): Promise<GitHubInstallation | undefined>;
  /** The enterprise that has this installation of the App, or an installation of it at all. */
  findEnterprise(
    by: { readonly installationId: number } | { readonly slug: string },
  ): Promise<GitHubEnterprise | undefined>;
  /** What a person has asked owners to approve; may be a minute old. */
  findInstallationRequests(requesterId: number): Promise<InstallationRequest[]>;
  /** Succeeds too when there is nothing left to uninstall. */
  uninstall(installationId: number): Promise<void>;
  /** A page of the App's installations; the first is 1. */
  listInstallations(
    page: number,
  ): Promise<{ readonly items: readonly GitHubInstallation[]; readonly isLast: boolean }>;
  /** A page of what GitHub tried to deliver, the newest first. */
  listDeliveries(cursor?: string): Promise<{
    readonly items: readonly GitHubDelivery[];
    /** The cursor of the page that follows. */
    readonly next: string | undefined;
  }>;
  /** Asks for one more try. Returns false when GitHub has forgotten the delivery. */
  redeliver(deliveryId: string): Promise<boolean>;
  /** Which App we are, the permissions that it asks for, and GitHub's clock in epoch milliseconds. */
  readApp(): Promise<{
    readonly id: number;
    readonly permissions: Permissions;
    readonly date: number | undefined;
  }>;

  mintToken(installationId: number, narrowing: Narrowing): Promise<MintResult>;
  /** Succeeds too when the token is dead already. */
  revokeToken(token: string): Promise<void>;
  listRepositories(
    token: string,
    page: { readonly page: number; readonly perPage: number; readonly installationId: number },
  ): Promise<RepositoriesResult>;
  /** Calls left in this hour. */
  readRateLimit(token: string): Promise<{ readonly remaining: number; readonly resetAt: number }>;

  /** Sends a request as whoever holds the token, with nothing of the caller's but its input. */
  forward(request: ForwardRequest): Promise<Forwarded>;
  /** Whether a user token was issued by this App, and lives. */
  isOwnUserToken(token: string): Promise<boolean>;
}
