import type { RequestHandler, Response } from "express";
import type { Deps } from "../deps.ts";
import { GitHubError } from "./github-error.ts";

const versions = ["2026-03-10", "2022-11-28"] as const;

export type ApiVersion = (typeof versions)[number];

/** Those that GitHub still answers in, the newest first. */
export const supportedVersions = ({ retiredVersions }: Pick<Deps, "retiredVersions">) =>
  versions.filter((version) => !retiredVersions.includes(version));

const docs = "https://docs.github.com/rest/about-the-rest-api/api-versions";
const header = "x-github-api-version";

/** As {@link selectVersion} found it. */
export const selectedVersion = (res: Response) => res.locals["apiVersion"] as ApiVersion;

/** By the request's header; the oldest that is left where there is none. */
export const selectVersion = (deps: Pick<Deps, "retiredVersions">): RequestHandler => {
  const supported = supportedVersions(deps);
  return (req, res, next) => {
    const asked = req.get(header);
    if (deps.retiredVersions.some((version) => version === asked))
      throw new GitHubError(
        410,
        `The version you specified (${asked}) is no longer supported.`,
        docs,
      );
    const selected =
      asked === undefined ? supported.at(-1) : supported.find((version) => version === asked);
    if (!selected)
      throw new GitHubError(
        400,
        `The version you specified (${asked}) is not a supported version.`,
        docs,
      );
    res.locals["apiVersion"] = selected;
    res.set("x-github-api-version-selected", selected);
    next();
  };
};
