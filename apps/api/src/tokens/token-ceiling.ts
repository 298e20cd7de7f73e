import {
  AppError,
  errorMap,
  GitHubName,
  type Issue,
  Permissions,
  toIssues,
} from "@layers/contracts";
import { z } from "zod";
import type { Narrowing } from "../github/github.ts";

/** The most that the tokens may reach that an API key asks for. What is absent has no limit. */
export const TokenCeiling = z
  .strictObject({
    permissions: Permissions.refine((levels) => Object.keys(levels).length > 0).optional(),
    /** Names without the owner, as in what is asked for. */
    repositories: z.array(GitHubName).min(1).max(500).optional(),
  })
  .refine(({ permissions, repositories }) => permissions ?? repositories);
export type TokenCeiling = z.infer<typeof TokenCeiling>;

/** Reads a stored ceiling. One that cannot be read lets nothing through: it throws. */
export const parseTokenCeiling = (stored: string | null): TokenCeiling | undefined =>
  stored === null ? undefined : TokenCeiling.parse(JSON.parse(stored));

/** What is stored of a ceiling. @throws `VALIDATION` for one that means nothing */
export function writeTokenCeiling(ceiling: TokenCeiling | undefined): string | null {
  if (!ceiling) return null;
  const { data, error } = TokenCeiling.safeParse(ceiling, { error: errorMap });
  if (error) throw new AppError("VALIDATION", { issues: toIssues(error) });
  return JSON.stringify(data);
}

/**
 * What is asked for, and the ceiling where nothing is: never more than either.
 *
 * @throws `FORBIDDEN` that names what is beyond the ceiling
 */
export function holdToCeiling(asked: Narrowing, ceiling: TokenCeiling | undefined): Narrowing {
  if (!ceiling) return asked;
  const issues = [...permissionsBeyond(asked, ceiling), ...repositoriesBeyond(asked, ceiling)];
  if (issues.length > 0) throw new AppError("FORBIDDEN", { issues });
  return {
    permissions: asked.permissions ?? ceiling.permissions,
    repositories: asked.repositories ?? ceiling.repositories,
  };
}

const levels = ["read", "write", "admin"];

function permissionsBeyond(asked: Narrowing, { permissions }: TokenCeiling): Issue[] {
  if (!permissions) return [];
  // GitHub gives the first to every token that sees a repository.
  const highest = new Map(Object.entries({ metadata: "read", ...permissions }));
  return Object.entries(asked.permissions ?? {}).flatMap(([name, level]) => {
    const most = highest.get(name);
    if (most !== undefined && levels.indexOf(level) <= levels.indexOf(most)) return [];
    const message = most ? `At most ${most} for this key.` : "Not for this key.";
    return [{ path: `permissions.${name}`, message }];
  });
}

function repositoriesBeyond(asked: Narrowing, { repositories }: TokenCeiling): Issue[] {
  if (!repositories) return [];
  const reachable = new Set(repositories.map((name) => name.toLowerCase()));
  return (asked.repositories ?? []).flatMap((name, index) =>
    reachable.has(name.toLowerCase())
      ? []
      : [{ path: `repositories[${index}]`, message: "Not for this key." }],
  );
}
