import type { Request, RequestHandler } from "express";
import { GitHubError } from "./github-error.ts";

const versions = ["2026-03-10", "2022-11-28"] as const;

export type ApiVersion = (typeof versions)[number];

export const supportedVersions: readonly ApiVersion[] = versions;

const defaultVersion: ApiVersion = "2022-11-28";

const header = "x-github-api-version";

export const selectedVersion = (req: Request): ApiVersion =>
  versions.find((version) => version === req.get(header)) ?? defaultVersion;

export const selectVersion: RequestHandler = (req, res, next) => {
  const asked = req.get(header);
  if (asked !== undefined && !versions.some((version) => version === asked))
    throw new GitHubError(
      400,
      `The version you specified (${asked}) is not a supported version.`,
      "https://docs.github.com/rest/about-the-rest-api/api-versions",
    );
  res.set("x-github-api-version-selected", selectedVersion(req));
  next();
};
