import { type Clock, seconds } from "../clock.ts";

export interface TokenLifeDeps {
  readonly clock: Clock;
  /** In 0 … 1; spreads the renewals of many tokens. */
  readonly random: () => number;
}

const renewSeconds = 300;
const jitterSeconds = 60;

/** Until when a token must live to be handed out now, in epoch microseconds. */
export const neededUntil = (
  { clock, random }: TokenLifeDeps,
  minValiditySeconds = renewSeconds,
): number => {
  const early = renewSeconds + (random() * 2 - 1) * jitterSeconds;
  return clock() + seconds(Math.max(minValiditySeconds, early));
};

/**
 * Runs work that is asked for again while it runs only once; all who ask get its result.
 * @param onJoin called for whoever gets the result of work that was under way
 */
export function createSingleFlight<T>(
  onJoin: () => void = () => {},
): (key: string, work: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key, work) => {
    const shared = running.get(key);
    if (shared) {
      onJoin();
      return shared;
    }
    const started = work().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}
