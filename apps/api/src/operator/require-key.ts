import { AppError, invalid } from "@layers/contracts";
import type { ApiKeyRow, Queries } from "@layers/storage";

/** @throws `NOT_FOUND` */
export async function requireKey(queries: Pick<Queries, "keys">, id: string): Promise<ApiKeyRow> {
  const key = await queries.keys.find(id);
  if (!key) throw new AppError("NOT_FOUND");
  return key;
}

/** A key that is still good for something. @throws `NOT_FOUND`, or `VALIDATION` for one that is over. */
export async function requireLiveKey(
  queries: Pick<Queries, "keys">,
  id: string,
  now: number,
): Promise<ApiKeyRow> {
  const key = await requireKey(queries, id);
  if (key.revokedAt !== null) throw invalid("key", "The key is revoked. Create another one.");
  if (key.expiresAt !== null && key.expiresAt <= now)
    throw invalid("key", "The key has expired. Create another one.");
  return key;
}
