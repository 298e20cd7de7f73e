import { describe, expect, test } from "vitest";
import type { GitHubLinkRow, Store } from "../../src/index.ts";

const userId = "6f1f0f8e-3c0a-4e5c-9a55-0a8d4f3f9d11";
const link: GitHubLinkRow = {
  userId,
  version: "1",
  host: "https://github.example",
  appId: "1",
  githubUserId: 8,
  githubLogin: "octo-admin",
  sealed: Buffer.from("tokens"),
  linkedAt: 10,
  leaseUntil: 0,
  endedAt: null,
};
const next = { version: "2", sealed: Buffer.from("others") };

/** Portal users' GitHub accounts. */
export function describeGitHubLinks(store: () => Store): void {
  describe("GitHub links", () => {
    test("are one for each user: a new one takes the place of the old", async () => {
      await store().githubLinks.put(link);
      await store().githubLinks.end(link, 20);
      expect(await store().githubLinks.find(userId)).toEqual({
        ...link,
        endedAt: 20,
        sealed: Buffer.alloc(0),
      });
      const again = { ...link, version: "3", githubLogin: "octocat" };
      await store().githubLinks.put(again);
      expect(await store().githubLinks.find(userId)).toEqual(again);
    });

    test("are leased to one caller at a time, until the lease is given back or runs out", async () => {
      await store().githubLinks.put(link);
      const lease = (now: number) => store().githubLinks.lease(link, { now, until: now + 10 });
      const racing = await Promise.all(Array.from({ length: 50 }, () => lease(100)));
      expect(racing.filter(Boolean)).toHaveLength(1);
      expect(await lease(109)).toBe(false);
      expect(await lease(110)).toBe(true);
      await store().githubLinks.release(link);
      expect(await lease(111)).toBe(true);
    });

    test("are written only by who has read them as they are", async () => {
      await store().githubLinks.put(link);
      expect(await store().githubLinks.replace(link, next)).toBe(true);
      expect(await store().githubLinks.replace(link, next)).toBe(false);
      expect(await store().githubLinks.end(link, 20)).toBe(false);
      expect(await store().githubLinks.lease(link, { now: 1, until: 2 })).toBe(false);
      expect(await store().githubLinks.find(userId)).toMatchObject({ ...next, endedAt: null });
    });

    test("are forgotten once", async () => {
      await store().githubLinks.put(link);
      expect(await store().githubLinks.remove(userId)).toBe(true);
      expect(await store().githubLinks.remove(userId)).toBe(false);
      expect(await store().githubLinks.find(userId)).toBeUndefined();
    });
  });
}
