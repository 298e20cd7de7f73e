import { type Deps, toTimestamp } from "../deps.ts";
import type { SenderId } from "./event.ts";
import type { Choice, Installations } from "./installations.ts";
import type { Installation, InstallationRequest } from "./model.ts";

type RequestDeps = Pick<Deps, "store" | "now" | "registration"> & { installations: Installations };

/** Members ask for our App, owners approve. */
export function createInstallationRequests(deps: RequestDeps) {
  const { store, now, registration, installations } = deps;
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
  function install(accountId: number, choice: Choice, senderId: SenderId): Installation {
    const requesterId = pendingFor(accountId)[0]?.requesterId ?? null;
    forget((request) => request.accountId === accountId);
    return installations.create(registration.app, { accountId, ...choice, requesterId }, senderId);
  }

  function approve(request: InstallationRequest, senderId: SenderId): Installation {
    const { accountId, selection, repositoryIds, requesterId } = request;
    forget((other) => other.accountId === accountId);
    return installations.create(
      registration.app,
      { accountId, selection, repositoryIds, requesterId },
      senderId,
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
