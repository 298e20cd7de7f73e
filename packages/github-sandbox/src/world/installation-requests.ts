import { type Deps, toTimestamp } from "../deps.ts";
import type { Choice, Installations } from "./installations.ts";
import type { Installation, InstallationRequest } from "./model.ts";

type RequestDeps = Pick<Deps, "store" | "now"> & { installations: Installations };

/** Members ask, owners approve. */
export function createInstallationRequests({ store, now, installations }: RequestDeps) {
  const pendingFor = (accountId: number) =>
    store.state.installationRequests.filter((request) => request.accountId === accountId);

  function forget(done: (request: InstallationRequest) => boolean) {
    const { state } = store;
    state.installationRequests = state.installationRequests.filter((request) => !done(request));
    store.changed();
  }

  /** Asking again replaces what was asked before, and keeps its id. */
  function record(accountId: number, requesterId: number, choice: Choice): InstallationRequest {
    const { state } = store;
    const known = pendingFor(accountId).find((request) => request.requesterId === requesterId);
    if (known) {
      store.changed();
      return Object.assign(known, choice);
    }
    const request: InstallationRequest = {
      id: state.nextInstallationRequestId,
      accountId,
      requesterId,
      ...choice,
      createdAt: toTimestamp(now()),
    };
    state.nextInstallationRequestId += 1;
    state.installationRequests.push(request);
    store.changed();
    return request;
  }

  /** Installs for an owner; whoever asked for it first is recorded as the requester. */
  function install(accountId: number, choice: Choice): Installation {
    const requesterId = pendingFor(accountId)[0]?.requesterId ?? null;
    forget((request) => request.accountId === accountId);
    return installations.create(accountId, choice, requesterId);
  }

  function approve(request: InstallationRequest): Installation {
    forget(({ accountId }) => accountId === request.accountId);
    const { selection, repositoryIds } = request;
    return installations.create(
      request.accountId,
      { selection, repositoryIds },
      request.requesterId,
    );
  }

  return {
    list: () => store.state.installationRequests,
    byId: (id: number) => store.state.installationRequests.find((request) => request.id === id),
    pendingFor,
    record,
    install,
    approve,
    deny: (request: InstallationRequest) => forget(({ id }) => id === request.id),
  };
}
