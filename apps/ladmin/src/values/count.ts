import { InvalidArgumentError } from "commander";

const most = 10_000;

/** Reads how many lines to show. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > most)
    throw new InvalidArgumentError(`Give a number from 1 to ${most}.`);
  return count;
}
