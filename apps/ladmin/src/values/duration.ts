import { InvalidArgumentError } from "commander";

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads `90d`, `24h`, `15m` or `30s` as seconds. */
export function parseDuration(text: string): number {
  const [, count, unit = ""] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  if (count === undefined)
    throw new InvalidArgumentError("Give a length of time such as 90d, 24h, 15m or 30s.");
  return Number(count) * (secondsOf[unit] ?? 0);
}

/** As `parseDuration`, without nothing. */
export function parseLifetime(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === 0) throw new InvalidArgumentError("It would be over at once.");
  return seconds;
}
