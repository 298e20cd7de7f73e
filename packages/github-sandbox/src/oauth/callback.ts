import type { App } from "../registration.ts";

/** Adds parameters to a callback URL, keeping what it has. */
export function withParams(url: string, params: Record<string, string | number | undefined>) {
  const target = new URL(url);
  for (const [name, value] of Object.entries(params))
    if (value !== undefined) target.searchParams.set(name, String(value));
  return target.href;
}

/** The callback URL to use: registered exactly, ports included; by default the first. */
export function resolveCallback({ callbackUrls }: App, asked: string | undefined) {
  return asked === undefined ? callbackUrls[0] : callbackUrls.find((url) => url === asked);
}
