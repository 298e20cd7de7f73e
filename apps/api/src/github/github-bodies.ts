import { GithubId } from "@layers/contracts";
import { z } from "zod";
import type {
  GitHubDelivery,
  GitHubEnterprise,
  GitHubInstallation,
  GitHubRepository,
  GitHubToken,
  GitHubUser,
  UserGrant,
} from "./github.ts";

/** A login that can go into a URL or a page; enterprise-managed users have a `_` and a suffix. */
const Login = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:_[A-Za-z0-9]{1,20})?(?:\[bot\])?$/);
const Instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
/** Permission names and levels are an open set at GitHub; the levels that we know are kept. */
const Permissions = z
  .record(z.string(), z.string())
  .transform((all) =>
    Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, Level] => isLevel(entry[1])),
    ),
  );
type Level = "read" | "write" | "admin";
const isLevel = (text: string): text is Level => ["read", "write", "admin"].includes(text);

export const UserBody = z
  .object({ id: GithubId, login: Login, avatar_url: z.url().optional().catch(undefined) })
  .transform(({ id, login, avatar_url }): GitHubUser => ({ id, login, avatarUrl: avatar_url }));

const Account = z.object({ id: GithubId, login: Login, type: z.enum(["User", "Organization"]) });
/** A slug that can go into a path. */
const Slug = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);
const Enterprise = z.object({ id: GithubId, slug: Slug });

export const InstallationBody = z
  .object({
    id: GithubId,
    account: z.union([Account, Enterprise, z.null()]),
    suspended_at: z.string().nullish(),
    permissions: Permissions,
    html_url: z.url(),
    created_at: Instant,
  })
  .transform(
    (body): GitHubInstallation => ({
      id: body.id,
      account: body.account && "login" in body.account ? body.account : undefined,
      suspended: typeof body.suspended_at === "string",
      permissions: body.permissions,
      settingsUrl: body.html_url,
      createdAt: body.created_at,
    }),
  );

export const EnterpriseInstallationBody = z
  .object({
    id: GithubId,
    account: Enterprise,
    suspended_at: z.string().nullish(),
    permissions: Permissions,
  })
  .transform(
    ({ id, account, suspended_at, permissions }): GitHubEnterprise => ({
      ...account,
      installationId: id,
      suspended: typeof suspended_at === "string",
      permissions,
    }),
  );

export const UserInstallationsBody = z.object({
  total_count: z.int(),
  installations: z.array(InstallationBody),
});

export const MembershipBody = z.object({
  state: z.string(),
  role: z.string(),
  organization: z.object({ id: GithubId }),
  user: z.object({ id: GithubId }).nullable(),
});

export const InstallationRequestsBody = z.array(
  z
    .object({
      id: GithubId,
      account: z.union([Account, Enterprise]),
      requester: z.object({ id: GithubId }),
    })
    .transform(({ id, account, requester }) => ({
      id,
      account: { id: account.id, login: "login" in account ? account.login : account.slug },
      requesterId: requester.id,
    })),
);

export const InstallationsBody = z.array(InstallationBody);

/** GitHub's numbers of deliveries need more than 53 bits; Octokit reads such as `bigint`. */
const DeliveryId = z.union([z.int().positive(), z.bigint().positive()]).transform(String);

export const DeliveriesBody = z.array(
  z
    .object({ id: DeliveryId, guid: z.string().max(64), delivered_at: Instant, status: z.string() })
    .transform(
      ({ id, guid, delivered_at, status }): GitHubDelivery => ({
        id,
        guid,
        deliveredAt: delivered_at * 1000,
        hasArrived: status === "OK",
      }),
    ),
);

export const AppBody = z.object({ id: GithubId, permissions: Permissions });

export const AuthorizationBody = z.object({ app: z.object({ client_id: z.string() }) });

const Secret = z.string().min(1).max(4096);
const Seconds = z.int().min(1).optional();
export const GrantBody = z
  .object({
    access_token: Secret,
    expires_in: Seconds,
    refresh_token: Secret.optional(),
    refresh_token_expires_in: Seconds,
  })
  .transform(
    (body): UserGrant => ({
      token: body.access_token,
      expiresInSeconds: body.expires_in,
      refresh:
        body.refresh_token === undefined
          ? undefined
          : { token: body.refresh_token, expiresInSeconds: body.refresh_token_expires_in },
    }),
  );

const GrantedRepository = z
  .object({ id: GithubId, name: z.string(), full_name: z.string() })
  .transform(({ id, name, full_name }) => ({ id, name, fullName: full_name }));

export const TokenBody = z
  .object({
    token: z.string().min(1).max(4096),
    expires_at: Instant,
    permissions: Permissions.optional(),
    repository_selection: z.enum(["all", "selected"]).optional(),
    repositories: z.array(GrantedRepository).optional(),
  })
  .transform(
    (body): GitHubToken => ({
      token: body.token,
      expiresAt: body.expires_at,
      permissions: body.permissions ?? {},
      repositorySelection: body.repository_selection ?? (body.repositories ? "selected" : "all"),
      repositories: body.repositories,
    }),
  );

const RepositoryBody = z
  .object({
    id: GithubId,
    full_name: z.string(),
    owner: z.object({ login: Login }),
    private: z.boolean(),
    default_branch: z.string(),
    language: z.string().nullable(),
    html_url: z.url(),
  })
  .transform(
    (body): GitHubRepository => ({
      repoId: body.id,
      fullName: body.full_name,
      owner: body.owner.login,
      private: body.private,
      defaultBranch: body.default_branch,
      language: body.language,
      htmlUrl: body.html_url,
    }),
  );

export const RepositoriesBody = z.object({
  total_count: z.int(),
  repositories: z.array(RepositoryBody),
});

export const RateLimitBody = z.object({
  resources: z.object({ core: z.object({ remaining: z.int(), reset: z.int() }) }),
});

/** GitHub answers a refused exchange with 200. The value is one of its fixed codes. */
export const OauthErrorBody = z.object({ error: z.string().regex(/^[a-z_]{1,64}$/) });
