import { expect, test } from "vitest";
import { createKeyUses } from "./key-uses.ts";

test("K-11: ten thousand calls of a key are one write", async () => {
  const writes: unknown[] = [];
  const record = async (uses: unknown) => void writes.push(uses);
  const uses = createKeyUses({ keyUses: { record } } as never);
  for (let call = 1; call <= 10_000; call++) uses.note("key_1", call);
  await uses.flush();
  await uses.flush();
  expect(writes).toEqual([[{ apiKeyId: "key_1", lastUsedAt: 10_000 }]]);
});
