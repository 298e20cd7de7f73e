import { relative } from "node:path";
import type { Standalone } from "./standalone.ts";

/** What a person should know once everything runs, and what to type next. */
export function banner({ url, development }: Standalone): string {
  if (!development) return `Layers Connector is ready: ${url}`;
  const { file, filePath, hasStandIn } = development;
  const portal = file.portal ? `\n  Portal sign-in   ${file.portal.signInUrl}` : "";
  const query = new URLSearchParams({ returnUrl: file.returnUrl }).toString();
  const github = hasStandIn
    ? `${file.githubWebUrl} (a stand-in: sign in as octo-admin, octo-member or globex-admin)`
    : file.githubWebUrl;
  return `
Layers Connector is ready.

  API              ${url}/v1, tRPC at /trpc, documentation at /docs
  GitHub           ${github}
  Sample partner   ${file.partnerUrl}${portal}
  All URLs, keys   ${shorten(filePath)}
  Development key  ${file.keys.admin}

Open the sample partner in a browser, or ask for an install URL yourself:

  curl -H "Authorization: Bearer ${file.keys.admin}" \\
    "${url}/v1/github/installation/install-url?${query}"
`;
}

/** The path from here, unless it leads outside. */
function shorten(path: string): string {
  const fromHere = relative("", path);
  return fromHere.startsWith("..") ? path : fromHere;
}
