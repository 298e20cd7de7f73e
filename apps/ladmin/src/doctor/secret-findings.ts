import { type EnvSource, type Finding, parseVersionedSecrets } from "@layers/api/admin";
import type { Store } from "@layers/storage";

type Secrets = ReturnType<typeof parseVersionedSecrets>;

/** Looks whether the secrets are configured, and those under which the accepted keys are hashed. */
export async function findSecretProblems(
  env: EnvSource,
  keys: Pick<Store["keys"], "listPepperVersions"> | undefined,
  now: number,
): Promise<Finding[]> {
  const peppers = readSecrets(env, "KEY_PEPPERS");
  const encryption = readSecrets(env, "ENCRYPTION_KEYS");
  const needed = (await keys?.listPepperVersions(now)) ?? [];
  const missing = needed.filter((version) => !peppers.secrets?.has(version));
  if (!peppers.secrets || missing.length === 0) return [peppers.finding, encryption.finding];
  const pepper: Finding = {
    check: "KEY_PEPPERS",
    status: "problem",
    detail: `keys are hashed under version ${missing.join(", ")}, which is not there`,
    mend: "add that version again, or rotate the keys that are refused now",
  };
  return [pepper, encryption.finding];
}

function readSecrets(env: EnvSource, name: string): { finding: Finding; secrets?: Secrets } {
  try {
    const secrets = parseVersionedSecrets(env[name] ?? "");
    const detail = `version ${secrets.current} is in use`;
    return { secrets, finding: { check: name, status: "ok", detail } };
  } catch {
    const detail = env[name] ? "it cannot be read" : "it is missing";
    const mend = `set ${name}=1:<32 bytes in base64>, such as $(openssl rand -base64 32)`;
    return { finding: { check: name, status: "problem", detail, mend } };
  }
}
