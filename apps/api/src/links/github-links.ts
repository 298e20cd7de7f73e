import { AppError } from "@layers/contracts";
import type { GitHubLinkRow, Store } from "@layers/storage";
import { type Clock, seconds } from "../clock.ts";
import { randomToken } from "../crypto/digest.ts";
import type { Sealer } from "../crypto/sealer.ts";
import {
  type GitHub,
  type GitHubUser,
  type UserGrant,
  UserTokenRefused,
} from "../github/github.ts";
import { type LinkSecrets, openSecrets, sealSecrets, toSecrets } from "./link-secrets.ts";

export interface GitHubLinksDeps {
  readonly store: Pick<Store, "githubLinks">;
  readonly github: Pick<GitHub, "host" | "appId" | "refreshGrant">;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** The GitHub accounts that portal users linked. */
export interface GitHubLinks {
  /**
   * A user token that lives for minutes at least. It is refreshed once, however many ask for it in
   * however many processes.
   *
   * @throws `GITHUB_RECONNECT` when there is no link, or it has ended.
   */
  tokenOf(userId: string): Promise<string>;
  /**
   * Runs `work` with the user's token. When GitHub refuses that token the link ends.
   *
   * @throws `GITHUB_RECONNECT` as `tokenOf`, and when `work` rejects with `UserTokenRefused`.
   */
  use<T>(userId: string, work: (token: string) => Promise<T>): Promise<T>;
  /** Links a user to the GitHub account that gave the grant, in place of any other. */
  link(userId: string, user: GitHubUser, grant: UserGrant): Promise<void>;
  /** The link as stored; undefined when there is none with this App on this host. */
  find(userId: string): Promise<GitHubLinkRow | undefined>;
}

/** A token that lives shorter than this is refreshed before it is used. */
const renewMicroseconds = seconds(300);
/** Longer than a refresh can take. */
const leaseMicroseconds = seconds(20);
const pollMilliseconds = 50;

export function createGitHubLinks(deps: GitHubLinksDeps): GitHubLinks {
  const { store, github, sealer, clock } = deps;
  const running = new Map<string, Promise<string>>();

  const find: GitHubLinks["find"] = async (userId) => {
    const row = await store.githubLinks.find(userId);
    return row?.host === github.host && row.appId === github.appId ? row : undefined;
  };

  const tokenOf: GitHubLinks["tokenOf"] = (userId) => {
    const shared = running.get(userId);
    if (shared) return shared;
    const started = freshToken(deps, () => find(userId)).finally(() => running.delete(userId));
    running.set(userId, started);
    return started;
  };

  /** Unless the link has other tokens by now. */
  const endLink = async (userId: string, refused: string) => {
    const row = await find(userId);
    if (!row || row.endedAt !== null) return;
    if (openSecrets(sealer, userId, row.sealed).token !== refused) return;
    await store.githubLinks.end(row, clock());
  };

  return {
    find,
    tokenOf,
    async use(userId, work) {
      const token = await tokenOf(userId);
      try {
        return await work(token);
      } catch (error) {
        if (!(error instanceof UserTokenRefused)) throw error;
        await endLink(userId, token);
        throw new AppError("GITHUB_RECONNECT");
      }
    },
    async link(userId, user, grant) {
      const now = clock();
      await store.githubLinks.put({
        userId,
        version: newVersion(),
        host: github.host,
        appId: github.appId,
        githubUserId: user.id,
        githubLogin: user.login,
        sealed: sealSecrets(sealer, userId, toSecrets(grant, now)),
        linkedAt: now,
        leaseUntil: 0,
        endedAt: null,
      });
    },
  };
}

const newVersion = () => randomToken(16);

/** Waits while another process refreshes; takes over when that one has died. */
async function freshToken(
  deps: GitHubLinksDeps,
  find: () => Promise<GitHubLinkRow | undefined>,
): Promise<string> {
  const { store, sealer, clock, wait } = deps;
  for (;;) {
    const row = await find();
    if (!row || row.endedAt !== null) throw new AppError("GITHUB_RECONNECT");
    const secrets = openSecrets(sealer, row.userId, row.sealed);
    const now = clock();
    if (livesBeyond(secrets.expiresAt, now + renewMicroseconds)) return secrets.token;
    const lease = { now, until: now + leaseMicroseconds };
    const leased = await store.githubLinks.lease(row, lease);
    const token = leased ? await refresh(deps, row, secrets) : await wait(pollMilliseconds);
    if (token) return token;
  }
}

const livesBeyond = (expiresAt: number | null, at: number) => expiresAt === null || expiresAt > at;

/** The new token; undefined when the link ended or another one took its place. */
async function refresh(
  { store, github, sealer, clock }: GitHubLinksDeps,
  row: GitHubLinkRow,
  last: LinkSecrets,
): Promise<string | undefined> {
  const { githubLinks } = store;
  const isRenewable = last.refresh && livesBeyond(last.refresh.expiresAt, clock());
  try {
    const grant = isRenewable ? await github.refreshGrant(last.refresh.token) : undefined;
    if (!grant) return void (await githubLinks.end(row, clock()));
    const sealed = sealSecrets(sealer, row.userId, toSecrets(grant, clock()));
    const kept = await githubLinks.replace(row, { version: newVersion(), sealed });
    return kept ? grant.token : undefined;
  } catch (error) {
    await githubLinks.release(row);
    if (livesBeyond(last.expiresAt, clock())) return last.token;
    throw error;
  }
}
