import { AppError } from "@layers/contracts";
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { type Clock, hours, minutes, seconds } from "../clock.ts";
import type { Log } from "../log.ts";
import { fetchJwks } from "./fetch-jwks.ts";

export interface IssuerKeysDeps {
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
}

const freshMicroseconds = minutes(10);
const usableMicroseconds = hours(24);
const betweenFetchesMicroseconds = seconds(30);

interface Kept {
  readonly find: JWTVerifyGetKey;
  readonly fetchedAt: number;
}

/**
 * The keys that an issuer publishes. `createRemoteJWKSet` of jose forgets them when they are due and the
 * issuer is down, and then asks again at every call; here they are kept for a day and asked for twice a
 * minute at the most, failed or not, whatever key ids callers make up.
 */
export function createIssuerKeys(jwksUrl: string, { clock, log }: IssuerKeysDeps): JWTVerifyGetKey {
  let kept: Kept | undefined;
  let triedAt = -Infinity;
  let running: Promise<void> | undefined;

  const fetchNow = async () => {
    try {
      const find = createLocalJWKSet(await fetchJwks(jwksUrl));
      kept = { find, fetchedAt: clock() };
    } catch (err) {
      log.warn({ err, jwksUrl }, "the issuer's keys could not be read");
    } finally {
      running = undefined;
    }
  };

  /** Waits for the fetch that is under way, or starts one if it is time. */
  const refresh = (): Promise<void> => {
    if (!running && clock() - triedAt >= betweenFetchesMicroseconds) {
      triedAt = clock();
      running = fetchNow();
    }
    return running ?? Promise.resolve();
  };

  const usable = () => (kept && clock() - kept.fetchedAt < usableMicroseconds ? kept : undefined);

  return async (header, token) => {
    if (!usable()) await refresh();
    const before = usable();
    // Not the caller's fault, so that he is not signed out for it.
    if (!before) throw new AppError("UNAVAILABLE");
    if (clock() - before.fetchedAt >= freshMicroseconds) void refresh();
    try {
      return await before.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      return (usable() ?? before).find(header, token);
    }
  };
}
