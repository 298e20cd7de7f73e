import { expandRoute, noContent } from "@layers/contracts";
import type { ForwardRequest, GitHub } from "./github.ts";
import type { GitHubConfig } from "./github-config.ts";
import {
  type Answer,
  isSuspension,
  readBody,
  type SendToGitHub,
  unusable,
} from "./github-requests.ts";
import { toOurLink } from "./our-link.ts";

/** Sends what an operation says to the route of GitHub's that it stands in for. */
export function createForward(send: SendToGitHub, { apiUrl }: GitHubConfig): GitHub["forward"] {
  return async ({ operation, input, token, limitedBy, preview }) => {
    // Encoded here, once: for Octokit there is nothing left to fill in.
    const { method, path, rest } = expandRoute(operation, input);
    const answer = await send({
      route: `${method} ${path}`,
      routeName: operation.rest,
      parameters: rest,
      headers: { accept: `application/vnd.github${preview ? `.${preview}-preview` : ""}+json` },
      as: { token },
      limitedBy,
    });
    if (answer.status >= 400)
      return { kind: "refused", status: answer.status, suspended: isSuspension(answer) };
    const body = readForwarded(operation, answer);
    const link = toOurLink(String(answer.headers["link"] ?? ""), { apiUrl, path });
    return { kind: "answered", status: answer.status, body, link };
  };
}

function readForwarded({ responses }: ForwardRequest["operation"], answer: Answer): unknown {
  const schema = responses[answer.status];
  if (!schema) throw unusable(answer);
  return schema === noContent ? undefined : readBody(schema, answer);
}
