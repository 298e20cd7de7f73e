import {
  type Clock,
  EnvError,
  type EnvSource,
  type Finding,
  findAppProblems,
  readEnv,
} from "@layers/api/admin";

/** Looks at the App and at our own address, where the environment is the whole service's. */
export async function findServiceProblems(env: EnvSource, clock: Clock): Promise<Finding[]> {
  const check = "settings";
  if (!Object.keys(env).some((name) => name.startsWith("GITHUB_APP_")))
    return [
      {
        check,
        status: "unknown",
        detail: "no GitHub App is configured here",
        mend: "run this with the service's whole environment to look at the App too",
      },
    ];
  try {
    const { github, PUBLIC_URL } = readEnv(env);
    return [
      { check, status: "ok", detail: "the service can start with them" },
      ...(await findAppProblems(github, clock)),
      await addressFinding(PUBLIC_URL),
    ];
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    const [, ...lines] = error.message.split("\n").map((line) => line.trim());
    return [
      {
        check,
        status: "problem",
        detail: lines.join("; ") || error.message,
        mend: "the service does not start without them",
      },
    ];
  }
}

const patienceMilliseconds = 3000;

/** GitHub tells nobody which URLs an App has; what can be seen is whether we answer at ours. */
async function addressFinding(publicUrl: string): Promise<Finding> {
  const check = "callback URL";
  const mend = `the App must have ${publicUrl}/github/app/oauth as callback URL and ${publicUrl}/github/app/callback as setup URL`;
  try {
    const signal = AbortSignal.timeout(patienceMilliseconds);
    const { status } = await fetch(`${publicUrl}/livez`, { signal, redirect: "error" });
    if (status === 200) return { check, status: "ok", detail: `${publicUrl} answers; ${mend}` };
    const detail = `${publicUrl} answers ${status}, which the service would not`;
    return { check, status: "problem", detail, mend: "see to whom PUBLIC_URL leads" };
  } catch {
    return { check, status: "unknown", detail: `${publicUrl} cannot be reached from here`, mend };
  }
}
