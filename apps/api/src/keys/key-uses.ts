import type { Store } from "@layers/storage";

/** Remembers when keys were used and writes it now and then, so that a call costs no write. */
export interface KeyUses {
  note(apiKeyId: string, at: number): void;
  /** Writes what was noted since the last time. A crash loses what was not written yet. */
  flush(): Promise<void>;
}

export function createKeyUses({ keyUses }: Pick<Store, "keyUses">): KeyUses {
  let noted = new Map<string, number>();
  return {
    note: (apiKeyId, at) => void noted.set(apiKeyId, at),
    async flush() {
      if (noted.size === 0) return;
      const uses = [...noted].map(([apiKeyId, lastUsedAt]) => ({ apiKeyId, lastUsedAt }));
      noted = new Map();
      await keyUses.record(uses);
    },
  };
}
