import type { Deps } from "../deps.ts";
import { createDelivering, type DeliveringOptions, type Message } from "./delivering.ts";
import type { HookFault } from "./hook-fault.ts";
import { type Batch, createHookFaultBox } from "./hook-fault-box.ts";
import { createOutbox } from "./outbox.ts";

/** The way of a message to the webhook: past the faults in force, through a queue that holds nobody up. */
export function createMailing(deps: Deps, options: DeliveringOptions) {
  const deliver = createDelivering(deps, options);
  const faults = createHookFaultBox();
  const outbox = createOutbox();
  let running = new AbortController();

  function dispatch({ parcels, delayMs }: Batch) {
    outbox.push(async () => {
      const { signal } = running;
      for (const parcel of parcels) await deliver(parcel, signal);
    }, delayMs);
  }

  /** Answers whether faults held anything back. */
  function release(): boolean {
    const batches = faults.release();
    for (const batch of batches) dispatch(batch);
    return batches.length > 0;
  }

  return {
    /** Answers false when the App has no webhook. */
    post: (message: Message): boolean => {
      const { hook } = deps.registration.app;
      if (!hook) return false;
      const batches = faults.treat({ message, hook, fails: false, corrupt: false });
      for (const batch of batches) dispatch(batch);
      return true;
    },
    faults: faults.list,
    /** Nothing clears all, and sends what they hold back. */
    addFaults: (added: readonly HookFault[]): void => {
      faults.add(added);
      if (added.length > 0) return;
      release();
      faults.clear();
    },
    /** Resolves when everything is delivered, or failed to be; what a fault holds back is sent. */
    sent: async (): Promise<void> => {
      do await outbox.emptied();
      while (release());
    },
    /** Forgets what waits and cuts what is under way. */
    clear: () => {
      faults.clear();
      outbox.clear();
      running.abort();
      running = new AbortController();
    },
  };
}
