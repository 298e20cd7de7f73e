import type { Store } from "../world/store.ts";
import type { World } from "../world/world.ts";
import type { Admin } from "./admin.ts";

function describeEnterprises({ accounts, enterprises, installations }: World, { state }: Store) {
  const login = (id: number) => accounts.requireById(id).login;
  return state.enterprises.map((enterprise) => {
    const installation = installations.ofEnterprise(enterprise.id);
    return {
      id: enterprise.id,
      slug: enterprise.slug,
      owner: login(enterprise.ownerId),
      organizations: enterprises.organizationsOf(enterprise).map((row) => row.login),
      installation: installation
        ? {
            id: installation.id,
            permissions: installation.permissions,
            suspended_at: installation.suspension?.at ?? null,
          }
        : null,
    };
  });
}

function describeInstallations(world: World, { state }: Store) {
  const { accounts, apps, installations, requests } = world;
  const login = (id: number | null) => (id === null ? null : accounts.requireById(id).login);
  return {
    installations: state.installations.map((installation) => ({
      id: installation.id,
      app: apps.requireById(installation.appId).slug,
      account: login(installation.accountId),
      repository_selection: installation.selection,
      repositories: installations.repositoriesOf(installation).length,
      permissions: installation.permissions,
      events: installation.events,
      requester: login(installation.requesterId),
      suspended_at: installation.suspension?.at ?? null,
      created_at: installation.createdAt,
      updated_at: installation.updatedAt,
    })),
    installation_requests: requests.list().map((request) => ({
      id: request.id,
      account: login(request.accountId),
      requester: login(request.requesterId),
      repository_selection: request.selection,
      created_at: request.createdAt,
    })),
  };
}

function countTokens({ state }: Admin["deps"]["store"]) {
  const ofEnterprises = new Set(state.enterpriseInstallations.map(({ id }) => id));
  const enterprise = [...state.installationTokens.values()].filter(({ installationId }) =>
    ofEnterprises.has(installationId),
  ).length;
  return {
    installation: state.installationTokens.size - enterprise,
    enterprise,
    user: state.userTokens.size,
    personal: state.personalTokens.size,
  };
}

/** The stand-in at a glance, without secrets. */
export function dumpState({ deps, world, faults }: Admin) {
  const { app } = deps.registration;
  const { state } = deps.store;
  const login = (id: number) => world.accounts.requireById(id).login;
  return {
    now: new Date(deps.now()).toISOString(),
    app: {
      id: app.id,
      client_id: app.clientId,
      slug: app.slug,
      setupUrl: app.setupUrl,
      callbackUrls: app.callbackUrls,
      oauthDuringInstall: app.oauthDuringInstall,
      tokenFormat: app.tokenFormat,
      hook: app.hook && { url: app.hook.url, signed: Boolean(app.hook.secret) },
      permissions: app.permissions,
    },
    accounts: state.accounts.map(({ id, login: name, type }) => ({
      id,
      login: name,
      type,
      repositories: world.accounts.repositoriesOf(id).length,
    })),
    memberships: state.memberships.map((row) => ({
      organization: login(row.organizationId),
      user: login(row.userId),
      role: row.role,
      state: row.state,
    })),
    enterprises: describeEnterprises(world, deps.store),
    ...describeInstallations(world, deps.store),
    authorizations: state.authorizations.map(login),
    live_tokens: countTokens(deps.store),
    faults: faults.list(),
  };
}
