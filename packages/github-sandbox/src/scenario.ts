import type { Deps } from "./deps.ts";
import { type ContentScenario, createContentScenario } from "./scenario-content.ts";
import { createEnterpriseScenario, type EnterpriseScenario } from "./scenario-enterprises.ts";
import { createOtherAppScenario, type OtherAppScenario } from "./scenario-other-apps.ts";
import { createRepositoryScenario, type RepositoryScenario } from "./scenario-repositories.ts";
import { createRequestScenario, type RequestScenario } from "./scenario-requests.ts";
import { createTokenScenario, type TokenScenario } from "./scenario-tokens.ts";
import { appOwnerLogin } from "./world/fixtures.ts";
import type { Choice } from "./world/installations.ts";
import type { Account, Installation, Membership, Suspension } from "./world/model.ts";
import type { IssuedUserToken } from "./world/user-tokens.ts";
import type { World } from "./world/world.ts";

/** What to install: everything, or these repositories by name. */
export interface InstallOptions {
  /** Names without the owner. Everything when absent. */
  repositories?: readonly string[];
}

/** An installation, as a test wants to see it. */
export interface InstallationSummary {
  id: number;
  account: { id: number; login: string; type: Account["type"] };
  repositorySelection: Installation["selection"];
  suspended: boolean;
}

/** Changes to the world without a browser: as if the account's owner had made them in GitHub's pages. */
export interface Scenario
  extends TokenScenario,
    ContentScenario,
    EnterpriseScenario,
    OtherAppScenario,
    RepositoryScenario,
    RequestScenario {
  /** Installs the App on an account. @throws when the account is unknown or has it already. */
  install(login: string, options?: InstallOptions): InstallationSummary;
  /** Removes the App from an account; its tokens end. @throws when it is not installed there. */
  uninstall(login: string): void;
  /**
   * Suspends as the owner, when the App cannot lift it, or as the App.
   * @throws when it is not installed there.
   */
  suspend(login: string, by?: Suspension["by"]): void;
  /** Grants what the App asks for today. @throws when it is not installed there. */
  acceptPermissions(login: string): void;
  /** Gives an account another login; its id stays. @throws when it is unknown or the login is taken. */
  renameAccount(login: string, newLogin: string): void;
  /** Lifts a suspension, whoever made it. @throws when it is not installed there. */
  unsuspend(login: string): void;
  /** The App's installation on an account, if there is one. */
  installation(login: string): InstallationSummary | undefined;
  /** Lets a person authorize the App and hands out tokens, as a web flow would. */
  authorize(login: string): IssuedUserToken;
  /** Forgets a person's authorization; his tokens end. */
  revokeAuthorization(login: string): void;
  /** Sets somebody's role in an organization; null ends the membership. */
  setMembership(organization: string, login: string, role: Membership["role"] | null): void;
  /** Invites somebody to be an organization's admin, who does not answer. */
  inviteAdmin(organization: string, login: string): void;
}

const summarize = (installation: Installation, account: Account): InstallationSummary => ({
  id: installation.id,
  account: { id: account.id, login: account.login, type: account.type },
  repositorySelection: installation.selection,
  suspended: installation.suspension !== null,
});

type MembershipChange = Pick<Membership, "role" | "state">;

function createPeople(
  world: World,
  store: Deps["store"],
  requireAccount: (login: string) => Account,
) {
  const replace = (organization: string, login: string, change: MembershipChange | null) => {
    const organizationId = requireAccount(organization).id;
    const userId = requireAccount(login).id;
    const others = store.state.memberships.filter(
      (row) => row.organizationId !== organizationId || row.userId !== userId,
    );
    const mine: Membership[] = change ? [{ organizationId, userId, ...change }] : [];
    store.state.memberships = [...others, ...mine];
    store.changed();
  };
  return {
    authorize(login: string) {
      const { id } = requireAccount(login);
      world.authorizations.authorize(id);
      return world.userTokens.issue(id);
    },
    revokeAuthorization: (login: string) => world.authorizations.revoke(requireAccount(login).id),
    setMembership: (organization: string, login: string, role: Membership["role"] | null) =>
      replace(organization, login, role && { role, state: "active" }),
    inviteAdmin: (organization: string, login: string) =>
      replace(organization, login, { role: "admin", state: "pending" }),
  };
}

export function createScenario(world: World, deps: Deps): Scenario {
  const { store } = deps;
  const { accounts, installations, requests } = world;

  function requireAccount(login: string): Account {
    const account = accounts.byLogin(login);
    if (!account) throw new Error(`There is no account ${login}`);
    return account;
  }

  function requireInstallation(login: string): Installation {
    const installation = installations.ofAccount(requireAccount(login).id);
    if (!installation) throw new Error(`The App is not installed on ${login}`);
    return installation;
  }

  const ownerIdOf = (login: string) => accounts.ownerIdOf(requireAccount(login).id);

  /** Everything, where no names are given. */
  function toChoice(login: string, names?: readonly string[]): Choice {
    const repositoryIds = (names ?? []).map((name) => {
      const repository = accounts.repository(login, name);
      if (!repository) throw new Error(`There is no repository ${login}/${name}`);
      return repository.id;
    });
    return { selection: names ? "selected" : "all", repositoryIds };
  }

  return {
    ...createPeople(world, store, requireAccount),
    ...createTokenScenario(world, requireAccount),
    ...createOtherAppScenario(world, requireAccount),
    ...createContentScenario(world),
    ...createEnterpriseScenario(world, deps),
    ...createRepositoryScenario(world, requireAccount),
    ...createRequestScenario(world, { requireAccount, toChoice }),
    install(login, { repositories } = {}) {
      const account = requireAccount(login);
      if (installations.ofAccount(account.id))
        throw new Error(`The App is already installed on ${login}`);
      const choice = toChoice(login, repositories);
      const installation = requests.install(account.id, choice, ownerIdOf(login));
      return summarize(installation, account);
    },
    uninstall: (login) => installations.remove(requireInstallation(login), ownerIdOf(login)),
    suspend: (login, by = "owner") =>
      installations.suspend(requireInstallation(login), {
        by,
        userId: ownerIdOf(by === "app" ? appOwnerLogin : login),
      }),
    unsuspend: (login) => installations.unsuspend(requireInstallation(login), ownerIdOf(login)),
    acceptPermissions: (login) =>
      installations.acceptPermissions(requireInstallation(login), ownerIdOf(login)),
    renameAccount(login, newLogin) {
      const account = requireAccount(login);
      if (accounts.byLogin(newLogin)) throw new Error(`There is an account ${newLogin} already`);
      world.accountChanges.rename(account, newLogin, accounts.ownerIdOf(account.id));
    },
    installation(login) {
      const account = requireAccount(login);
      const installation = installations.ofAccount(account.id);
      return installation && summarize(installation, account);
    },
  };
}
