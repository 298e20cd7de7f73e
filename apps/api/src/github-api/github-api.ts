import {
  AppError,
  contract,
  type HandlerResult,
  type Issue,
  type Kind,
  type Operation,
  type Responses,
} from "@layers/contracts";
import type { z } from "zod";
import type { Context, Handlers } from "../context.ts";
import type { GitHub } from "../github/github.ts";
import { forwardFor, type RelayDeps, requireAnswered } from "./relay.ts";
import { toResult } from "./to-result.ts";

export interface GitHubApiDeps extends RelayDeps {
  readonly github: Pick<GitHub, "forward" | "hasContentAttachments">;
}

const { githubApi } = contract;

const notRemovable: Issue = {
  path: "repository_id",
  message: "Is the last one of the installation, or the installation has all repositories.",
};

/** GitHub's own routes: each request is sent on, and GitHub's answer is the answer. */
export function createGitHubApi(deps: GitHubApiDeps): Handlers<typeof githubApi> {
  const relay = createRelay(deps);
  const attach = relay(githubApi.createContentAttachment, { preview: "corsair" });
  return {
    listInstallationRepositories: relay(githubApi.listInstallationRepositories),
    listUserInstallations: relay(githubApi.listUserInstallations),
    listUserInstallationRepositories: relay(githubApi.listUserInstallationRepositories),
    addRepository: relay(githubApi.addRepository),
    removeRepository: relay(githubApi.removeRepository, { issue: notRemovable }),
    async createContentAttachment(request) {
      if (!deps.github.hasContentAttachments) throw new AppError("GONE");
      return attach(request);
    },
  };
}

interface RelayOptions {
  readonly preview?: string;
  /** What is probably wrong when GitHub finds the request not valid. */
  readonly issue?: Issue;
}

interface Called<I extends z.ZodObject> {
  readonly context: Context;
  readonly input: z.output<I>;
}

/** Makes the handler of an operation that stands in for GitHub's. */
function createRelay(deps: RelayDeps) {
  return <I extends z.ZodObject, R extends Responses>(
    operation: Operation<Kind, I, R>,
    { preview, issue }: RelayOptions = {},
  ) =>
    async ({ context, input }: Called<I>): Promise<HandlerResult<R>> => {
      const request = { operation, input, preview };
      const forwarded = await forwardFor(deps, context, request);
      return toResult(operation, requireAnswered(forwarded, request, issue));
    };
}
