import type { ContentReference } from "../../world/model.ts";
import { asInstallation, grants, type InstallationCaller } from "../callers.ts";
import { type Api, type Call, type Endpoint, endpoint, ok } from "../endpoint.ts";
import { forbiddenToApps, GitHubError, notFound } from "../github-error.ts";
import { requireText } from "../text-field.ts";
import { repositoriesOfToken } from "./installation.ts";

const permission = "content_references";
const preview = /application\/vnd\.github\.corsair-preview(\+json)?(;|,|$)/;
const longestTitle = 1024;
const longestBody = 262_144;

function requirePreview(accept = "") {
  if (!preview.test(accept.replaceAll(" ", "")))
    throw new GitHubError(
      415,
      "If you would like to help us test the Content Attachments API during its preview period, you must specify a custom media type in the 'Accept' header. Please see the docs for full details.",
    );
}

/** Live, and in a repository that the token reaches; also the one in the path, where there is one. */
function requireReference(api: Api, call: Call<InstallationCaller>): ContentReference {
  const { caller, id, param } = call;
  const { accounts, contentReferences } = api.world;
  const reference = contentReferences.attachable(id("content_reference_id"));
  const repository = repositoriesOfToken(api, caller.installation, caller.token).find(
    (row) => row.id === reference?.repositoryId,
  );
  if (!reference || !repository) throw notFound();
  const isNamed = param("repo") !== "";
  if (isNamed && accounts.repository(param("owner"), param("repo")) !== repository)
    throw notFound();
  return reference;
}

function attach(api: Api, call: Call<InstallationCaller>) {
  requirePreview(call.header("accept"));
  if (!grants(call.caller.token.permissions[permission], "write")) throw forbiddenToApps();
  const reference = requireReference(api, call);
  const fields = call.body();
  const title = requireText(fields, "title", longestTitle);
  const body = requireText(fields, "body", longestBody);
  const { id } = api.world.contentReferences.attach(reference.id, { title, body });
  return ok({ id, title, body });
}

/** The first form that GitHub documented, and the one that followed it. */
const routes = [
  "POST /content_references/:content_reference_id/attachments",
  "POST /repos/:owner/:repo/content_references/:content_reference_id/attachments",
] as const;

/** Gone from github.com since the end of 2021. */
export const contentAttachmentEndpoints = (api: Api): Endpoint[] =>
  routes.map((route) =>
    endpoint({
      route,
      docs: "reference/apps#create-a-content-attachment",
      editions: ["ghes-3.3"],
      caller: asInstallation("Resource not accessible by integration"),
      permissions: `${permission}=write`,
      handle: (call) => attach(api, call),
    }),
  );
