import {
  acmeRepositories,
  globexRepositories,
  octocatRepositories,
  type RepositoryDraft,
} from "./fixture-repositories.ts";
import type { Account, Installation, Membership, Repository, State } from "./model.ts";

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

export interface AppGrant {
  permissions: Installation["permissions"];
  events: string[];
}

/** The login of the account that owns the App. */
export const appOwnerLogin = layers.login;

/** The world as every stand-in starts it, and as a reset restores it. */
export function createFixtures(grant: AppGrant): State {
  const installedAt = "2026-01-15T09:30:00Z";
  const globexInstallation: Installation = {
    id: 50291001,
    accountId: globex.id,
    selection: "all",
    repositoryIds: [],
    permissions: { ...grant.permissions },
    events: [...grant.events],
    createdAt: installedAt,
    updatedAt: installedAt,
    suspension: null,
    requesterId: null,
  };
  // Cloned: no two worlds share a row.
  return structuredClone({
    accounts: [layers, octoAdmin, octoMember, globexAdmin, octocat, acmeCoffee, globex],
    memberships: [
      member(acmeCoffee.id, octoAdmin.id, "admin"),
      member(acmeCoffee.id, octoMember.id, "member"),
      member(globex.id, globexAdmin.id, "admin"),
    ],
    repositories: [
      ...owned(acmeCoffee.id, 701000001, acmeRepositories()),
      ...owned(globex.id, 702000001, globexRepositories()),
      ...owned(octocat.id, 703000001, octocatRepositories()),
    ],
    installations: [globexInstallation],
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
    nextInstallationId: 50291845,
    nextInstallationRequestId: 25381,
  });
}
