import { AppError, type CallHeaders, type GitHubCredential } from "@layers/contracts";
import { LRUCache } from "lru-cache";
import type { Clock } from "../clock.ts";
import { fingerprint } from "../crypto/digest.ts";
import type { GitHub } from "../github/github.ts";
import type { FailureLimiter } from "../keys/failure-limiter.ts";
import type { GitHubCredentials } from "./authenticate.ts";

export interface GitHubCredentialsDeps {
  readonly github: Pick<GitHub, "isOwnUserToken">;
  readonly failures: FailureLimiter;
  readonly clock: Clock;
}

/** How long a user token that GitHub said to be this App's is not asked about again. */
const rememberedMilliseconds = 60_000;

/**
 * Takes credentials of GitHub as they are: whether one lives, GitHub says when it is passed on. Only a
 * user token is asked about before, because one of another App must not be worth anything here.
 */
export function createGitHubCredentials(deps: GitHubCredentialsDeps): GitHubCredentials {
  const { github, failures, clock } = deps;
  // By the digest: the tokens themselves are not kept.
  const own = new LRUCache<string, boolean, string>({
    max: 10_000,
    ttl: rememberedMilliseconds,
    perf: { now: () => clock() / 1000 },
    fetchMethod: (_holder, _stale, { context: token }) => github.isOwnUserToken(token),
  });

  return {
    recognizes: (headers) => parse(headers) !== undefined,

    async authenticate({ headers, remoteAddress }, { access }) {
      const parsed = parse(headers);
      if (!parsed) throw new AppError("UNAUTHENTICATED");
      const { credential, token } = parsed;
      const holder = `github ${fingerprint(token)}`;
      failures.requireRoom(remoteAddress, holder);
      // Who is not let through anyway is not asked about.
      const mustBeOwn = credential === "ghu" && access.github?.includes("ghu");
      if (mustBeOwn && !(await own.fetch(holder, { context: token }))) {
        failures.count(remoteAddress);
        throw new AppError("UNAUTHENTICATED");
      }
      return { kind: "github", holder, tier: "standard", credential, token };
    },
  };
}

interface Parsed {
  readonly credential: GitHubCredential;
  readonly token: string;
}

const pattern = /^(?:bearer|token) ((ghs|ghu|ghp|github_pat)_[\x21-\x7e]{1,4000})$/i;

function parse({ authorization = "" }: CallHeaders): Parsed | undefined {
  const [, token, prefix] = pattern.exec(authorization) ?? [];
  // Safe: these are the alternatives of the pattern, and only in lower case are they GitHub's.
  const credential = prefix as GitHubCredential | undefined;
  return token && credential && credential === prefix?.toLowerCase()
    ? { credential, token }
    : undefined;
}
