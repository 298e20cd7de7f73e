import type { Edition } from "../src/index.ts";

interface Source {
  /** Which `@octokit/openapi`, and which file of it. */
  version: string;
  file: string;
  /** Paths to keep, with their methods. */
  operations: Record<string, string>;
  /** Paths that GitHub described elsewhere, and the kept path that answers alike. */
  aliases?: Record<string, string>;
  /** Webhooks to keep: the event, and its actions. */
  webhooks?: Record<string, string>;
}

const installations = "/enterprises/{enterprise}/apps/organizations/{org}/installations";
const installable = "/enterprises/{enterprise}/apps/installable_organizations";
const attachments = "/content_references/{content_reference_id}/attachments";

/** What the description is cut down to. */
export const editions: Record<Edition, Source> = {
  "api.github.com": {
    version: "23.0.2",
    file: "generated/api.github.com.json",
    operations: {
      "/app": "get",
      "/app/hook/config": "get patch",
      "/app/hook/deliveries": "get",
      "/app/hook/deliveries/{delivery_id}": "get",
      "/app/hook/deliveries/{delivery_id}/attempts": "post",
      "/app/installation-requests": "get",
      "/app/installations": "get",
      "/app/installations/{installation_id}": "get delete",
      "/app/installations/{installation_id}/access_tokens": "post",
      "/app/installations/{installation_id}/suspended": "put delete",
      "/applications/{client_id}/grant": "delete",
      "/applications/{client_id}/token": "post delete",
      "/apps/{app_slug}": "get",
      "/installation/repositories": "get",
      "/installation/token": "delete",
      "/orgs/{org}/installation": "get",
      "/orgs/{org}/installations": "get",
      "/orgs/{org}/memberships/{username}": "get",
      "/rate_limit": "get",
      "/repos/{owner}/{repo}": "get",
      "/repos/{owner}/{repo}/installation": "get",
      "/user": "get",
      "/user/installations": "get",
      "/user/installations/{installation_id}/repositories": "get",
      "/user/installations/{installation_id}/repositories/{repository_id}": "put delete",
      "/user/memberships/orgs/{org}": "get",
      "/users/{username}/installation": "get",
      "/versions": "get",
    },
    webhooks: {
      installation: "created deleted suspend unsuspend new-permissions-accepted",
      "installation-repositories": "added removed",
      "installation-target": "renamed",
      "github-app-authorization": "revoked",
      repository: "created renamed transferred deleted privatized publicized",
      ping: "",
    },
  },
  ghec: {
    version: "23.0.2",
    file: "generated/ghec.json",
    operations: {
      "/enterprises/{enterprise}/installation": "get",
      [installable]: "get",
      [`${installable}/{org}/accessible_repositories`]: "get",
      [installations]: "get post",
      [`${installations}/{installation_id}`]: "delete",
      [`${installations}/{installation_id}/repositories`]: "get patch",
      [`${installations}/{installation_id}/repositories/add`]: "patch",
      [`${installations}/{installation_id}/repositories/remove`]: "patch",
    },
  },
  "2.2.1": {
    version: "2.2.1",
    file: "generated/api.github.com.json",
    operations: { [attachments]: "post" },
    // The later form, described from 2.21.1 to 5.9.1, which the registry no longer has.
    aliases: { [`/repos/{owner}/{repo}${attachments}`]: attachments },
  },
};
