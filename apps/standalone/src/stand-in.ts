import { type GitHubSandbox, startGitHubSandbox } from "@layers/github-sandbox";
import type { ReservedPort } from "@layers/http-edge";

export interface StandInSettings {
  readonly port: ReservedPort;
  readonly clientSecret: string;
  readonly stateFile: string;
}

/** How the App is registered at the stand-in. */
export const standInApp = {
  id: 1_204_501,
  clientId: "Iv23liLayersConnect0",
  slug: "layers-connector",
} as const;

interface Registration {
  readonly publicUrl: string;
  readonly privateKey: string | undefined;
  /** With which webhooks are signed. */
  readonly webhookSecret: string | undefined;
}

/** Starts the stand-in GitHub, with an App whose URLs are ours. */
export function startStandIn(
  { port, clientSecret, stateFile }: StandInSettings,
  { publicUrl, privateKey, webhookSecret }: Registration,
): Promise<GitHubSandbox> {
  return startGitHubSandbox({
    port: port.listener,
    stateFile,
    app: {
      ...standInApp,
      ...(privateKey !== undefined && { privateKey }),
      clientSecret,
      setupUrl: `${publicUrl}/github/app/callback`,
      callbackUrls: [`${publicUrl}/github/app/oauth`, `${publicUrl}/github/link/callback`],
      hook: { url: `${publicUrl}/github/webhooks`, secret: webhookSecret },
    },
  });
}
