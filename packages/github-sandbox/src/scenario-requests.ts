import type { Choice } from "./world/installations.ts";
import type { Account, InstallationRequest } from "./world/model.ts";
import type { World } from "./world/world.ts";

/** Members ask for the App, owners decide. */
export interface RequestScenario {
  /**
   * A member asks for the App: for everything, or for repositories by name. Answers the request's id.
   * @throws when the account, the member or a repository is unknown.
   */
  requestInstallation(login: string, requester: string, repositories?: readonly string[]): number;
  /** An owner approves the oldest request for an account. @throws when there is none. */
  approveRequest(login: string): { installationId: number };
  /** An owner turns down the oldest request for an account. @throws when there is none. */
  denyRequest(login: string): void;
}

interface Finders {
  requireAccount: (login: string) => Account;
  toChoice: (login: string, repositories?: readonly string[]) => Choice;
}

export function createRequestScenario(
  { accounts, requests }: World,
  { requireAccount, toChoice }: Finders,
): RequestScenario {
  function requireRequest(login: string): InstallationRequest {
    const [request] = requests.pendingFor(requireAccount(login).id);
    if (!request) throw new Error(`Nobody asked for the App on ${login}`);
    return request;
  }

  return {
    requestInstallation(login, requester, repositories) {
      const { id: requesterId } = requireAccount(requester);
      const choice = toChoice(login, repositories);
      return requests.record(requireAccount(login).id, requesterId, choice).id;
    },
    approveRequest(login) {
      const request = requireRequest(login);
      const { id } = requests.approve(request, accounts.ownerIdOf(request.accountId));
      return { installationId: id };
    },
    denyRequest: (login) => requests.deny(requireRequest(login)),
  };
}
