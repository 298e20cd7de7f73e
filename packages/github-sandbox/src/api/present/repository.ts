import type { Urls } from "../../deps.ts";
import type { Access, Account, Repository } from "../../world/model.ts";
import type { ApiVersion } from "../versions.ts";
import { nodeId, presentSimpleUser } from "./account.ts";

export interface RepositoryView {
  urls: Urls;
  version: ApiVersion;
  owner: Account;
  /** The caller's own access; an App has none of its own. */
  access: Access | null;
}

const templates = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

function addresses(fullName: string, { web, api }: Urls) {
  const url = `${api}/repos/${fullName}`;
  const { host, hostname } = new URL(web);
  const derived = Object.entries(templates).map(([name, rest]) => [name, `${url}${rest}`]);
  return {
    ...(Object.fromEntries(derived) as Record<keyof typeof templates, string>),
    url,
    html_url: `${web}/${fullName}`,
    clone_url: `${web}/${fullName}.git`,
    git_url: `git://${host}/${fullName}.git`,
    ssh_url: `git@${hostname}:${fullName}.git`,
    svn_url: `${web}/${fullName}`,
  };
}

const settings = {
  has_issues: true,
  has_projects: true,
  has_wiki: true,
  has_pages: false,
  has_discussions: false,
  archived: false,
  disabled: false,
  is_template: false,
  allow_forking: true,
  web_commit_signoff_required: false,
};

const counts = {
  size: 108,
  stargazers_count: 0,
  watchers_count: 0,
  watchers: 0,
  forks_count: 0,
  forks: 0,
  open_issues_count: 0,
  open_issues: 0,
};

const permissionsOf = (access: Access | null) => ({
  admin: access === "admin",
  maintain: access === "admin",
  push: access === "admin" || access === "write",
  triage: access === "admin" || access === "write",
  pull: access !== null,
});

/** `repository`. Version 2026-03-10 has dropped `has_downloads`. */
function presentRepository(repository: Repository, view: RepositoryView) {
  const fullName = `${view.owner.login}/${repository.name}`;
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: fullName,
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    owner: presentSimpleUser(view.owner, view.urls),
    ...addresses(fullName, view.urls),
    description: repository.description,
    homepage: null,
    language: repository.language,
    mirror_url: null,
    license: null,
    fork: false,
    topics: [],
    default_branch: repository.defaultBranch,
    ...settings,
    ...(view.version === "2022-11-28" && { has_downloads: true }),
    ...counts,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
    permissions: permissionsOf(view.access),
  };
}

/** As a list of accessible repositories shows it: an organization's carry their custom properties. */
export function presentListedRepository(repository: Repository, view: RepositoryView) {
  const customProperties = view.owner.type === "Organization" && { custom_properties: {} };
  return { ...presentRepository(repository, view), ...customProperties };
}

/** `full-repository`: what `GET /repos/{owner}/{repo}` answers. */
export function presentFullRepository(repository: Repository, view: RepositoryView) {
  return {
    ...presentListedRepository(repository, view),
    ...(view.owner.type === "Organization" && {
      organization: presentSimpleUser(view.owner, view.urls),
    }),
    temp_clone_token: null,
    network_count: 0,
    subscribers_count: 0,
  };
}
