import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Whether there is a browser to test with. Says how to get one if there is not. */
export function hasChromium(): boolean {
  const found = existsSync(executablePath);
  if (!found)
    console.warn(
      `\nSKIPPED: the browser journeys need Chromium, and ${executablePath} does not exist.\n` +
        "Install it (Debian: apt-get install chromium), or name another one: CHROMIUM=/path/to/chromium\n",
    );
  return found;
}

/** Starts a browser that reaches this machine only. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  });
