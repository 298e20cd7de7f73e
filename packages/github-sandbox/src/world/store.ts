import type { State } from "./model.ts";
import { loadState, type StateFile } from "./state-file.ts";

/** The one holder of the state. Whoever changes a row says so. */
export interface Store {
  readonly state: State;
  changed(): void;
  reset(): void;
  close(): Promise<void>;
}

export function createStore(fixtures: () => State, file: StateFile | undefined): Store {
  let state = (file && loadState(file.path)) ?? fixtures();
  const changed = () => file?.save(() => state);
  return {
    get state() {
      return state;
    },
    changed,
    reset() {
      state = fixtures();
      changed();
    },
    close: async () => file?.flush(),
  };
}
