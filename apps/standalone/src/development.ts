import type { Env, Service } from "@layers/api";
import { createKeyDigests, createOperator, systemClock } from "@layers/api/admin";
import { ensureEnterpriseGrant } from "./development-enterprise.ts";
import { ensureDevelopmentKeys } from "./development-keys.ts";
import { ensurePortalUsers } from "./development-portal.ts";
import type { Development } from "./settings.ts";
import { readKeys, type StandaloneFile, writeStandaloneFile } from "./standalone-file.ts";

/** The return URL of the documentation's examples. */
const returnUrl = "https://app.gicgrowth.com/layers/callback";

/** Makes the development keys and writes down where everything is. */
export async function prepareDevelopment(
  { folder, partnerPort: { port: partnerPort }, privateKeyPath, standIn, portal }: Development,
  env: Env,
  { store }: Service,
): Promise<StandaloneFile> {
  const deps = {
    store,
    digests: createKeyDigests(env.KEY_PEPPERS),
    keyEnv: env.KEY_ENV,
    clock: systemClock,
  };
  const partnerUrl = `http://127.0.0.1:${partnerPort}`;
  const operator = createOperator(deps);
  const keys = await ensureDevelopmentKeys(
    { ...deps, operator },
    {
      known: await readKeys(folder),
      allowedReturnDomains: [
        new URL(returnUrl).host,
        partnerUrl,
        `http://localhost:${partnerPort}`,
      ],
    },
  );
  if (standIn) await ensureEnterpriseGrant(operator, env);
  const { appId, clientId, appSlug, apiUrl, webUrl } = env.github;
  const file: StandaloneFile = {
    baseUrl: env.PUBLIC_URL,
    trpcUrl: `${env.PUBLIC_URL}/trpc`,
    githubWebUrl: webUrl,
    githubApiUrl: apiUrl,
    partnerUrl,
    keys,
    portal: portal
      ? {
          signInUrl: `${env.PUBLIC_URL}/dev/sign-in`,
          cookieName: env.PORTAL_COOKIE,
          users: await ensurePortalUsers(operator, portal),
        }
      : null,
    returnUrl,
    githubApp: { id: Number(appId), clientId, slug: appSlug, privateKeyPath },
  };
  await writeStandaloneFile(folder, file);
  return file;
}
