import {
  acmeRepositories,
  globexRepositories,
  octocatRepositories,
  type RepositoryDraft,
  teaRepositories,
} from "./fixture-repositories.ts";
import type {
  Account,
  AppIdentity,
  Enterprise,
  EnterpriseInstallation,
  Installation,
  Membership,
  Repository,
  State,
} from "./model.ts";
import { accountGrant, enterpriseGrant } from "./permissions.ts";

const createdAt = "2024-03-04T08:00:00Z";

const user = (id: number, login: string, name: string): Account => ({
  id,
  type: "User",
  login,
  name,
  description: null,
  createdAt,
});

const organization = (id: number, login: string, name: string): Account => ({
  ...user(id, login, name),
  type: "Organization",
  description: `${name} on the stand-in GitHub`,
});

const octoAdmin = user(583101, "octo-admin", "Octavia Admin");
const octoMember = user(583102, "octo-member", "Otto Member");
const globexAdmin = user(583103, "globex-admin", "Gloria Globex");
const octocat = user(583231, "octocat", "The Octocat");
const acmeCoffee = organization(9919101, "acme-coffee", "Acme Coffee");
const globex = organization(9919102, "globex", "Globex Corporation");
const acmeTea = organization(9919103, "acme-tea", "Acme Tea");

const acmeCorp: Enterprise = {
  id: 30617,
  slug: "acme-corp",
  name: "Acme Corporation",
  ownerId: octoAdmin.id,
  organizationIds: [acmeCoffee.id, acmeTea.id],
  createdAt,
};

/** Apps of others: one for repositories, one for the organization alone. */
const otherApps: AppIdentity[] = [
  {
    id: 990101,
    clientId: "Iv23liBrewBuildsApp1",
    slug: "brew-builds",
    name: "Brew Builds",
    permissions: { metadata: "read", contents: "read", checks: "write" },
    events: ["push", "pull_request"],
  },
  {
    id: 990102,
    clientId: "Iv23liOrgChartApp001",
    slug: "org-chart",
    name: "Org Chart",
    permissions: { members: "read" },
    events: ["organization"],
  },
];

/** The organization that owns the App. Nobody belongs to it. */
const layers = organization(9919100, "layers", "Layers");

const member = (organizationId: number, userId: number, role: Membership["role"]): Membership => ({
  organizationId,
  userId,
  role,
  state: "active",
});

function owned(ownerId: number, firstId: number, drafts: RepositoryDraft[]): Repository[] {
  return drafts.map((draft, index) => ({ ...draft, id: firstId + index, ownerId, createdAt }));
}

/** The login of the account that owns the App. */
export const appOwnerLogin = layers.login;

/** The world as every stand-in starts it, and as a reset restores it. */
export function createFixtures({ id: appId, permissions, events }: AppIdentity): State {
  const installedAt = "2026-01-15T09:30:00Z";
  const installed = { appId, createdAt: installedAt, updatedAt: installedAt, suspension: null };
  const globexInstallation: Installation = {
    ...installed,
    id: 50291001,
    accountId: globex.id,
    selection: "all",
    repositoryIds: [],
    permissions: accountGrant(permissions),
    events: [...events],
    requesterId: null,
  };
  const acmeCorpInstallation: EnterpriseInstallation = {
    ...installed,
    id: 50291002,
    enterpriseId: acmeCorp.id,
    permissions: enterpriseGrant(permissions),
    events: [...events],
  };
  // Cloned: no two worlds share a row.
  return structuredClone({
    accounts: [layers, octoAdmin, octoMember, globexAdmin, octocat, acmeCoffee, acmeTea, globex],
    enterprises: [acmeCorp],
    otherApps,
    memberships: [
      member(acmeCoffee.id, octoAdmin.id, "admin"),
      member(acmeCoffee.id, octoMember.id, "member"),
      member(acmeTea.id, octoAdmin.id, "admin"),
      member(globex.id, globexAdmin.id, "admin"),
    ],
    repositories: [
      ...owned(acmeCoffee.id, 701000001, acmeRepositories()),
      ...owned(globex.id, 702000001, globexRepositories()),
      ...owned(octocat.id, 703000001, octocatRepositories()),
      ...owned(acmeTea.id, 704000001, teaRepositories()),
    ],
    installations: [globexInstallation],
    enterpriseInstallations: [acmeCorpInstallation],
    installationRequests: [],
    authorizations: [],
    installationTokens: new Map(),
    userTokens: new Map(),
    refreshTokens: new Map(),
    personalTokens: new Map(),
    contentReferences: [],
    contentAttachments: [],
    oauthCodes: new Map(),
    setupHandoffs: new Map(),
    sessions: new Map(),
    formerNames: new Map(),
    hookDeliveries: [],
    deliveriesBegun: 0,
    nextInstallationId: 50291845,
    nextInstallationRequestId: 25381,
    nextId: 960000001,
  });
}
