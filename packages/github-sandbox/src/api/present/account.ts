import type { Urls } from "../../deps.ts";
import type { Account } from "../../world/model.ts";

/** GitHub's older node ids: `04:User583231` in base64. */
export const nodeId = (type: string, id: number) =>
  Buffer.from(`0${type.length}:${type}${id}`).toString("base64");

const avatarUrl = (account: Account, { web }: Urls) => `${web}/avatars/u/${account.id}?v=4`;

/** `simple-user`: organizations too, where GitHub shows them as an owner or an account. */
export function presentSimpleUser(account: Account, urls: Urls) {
  // A bot's login has brackets.
  const url = `${urls.api}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: avatarUrl(account, urls),
    gravatar_id: "",
    url,
    html_url: `${urls.web}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** `organization-simple` */
export function presentOrganization(account: Account, urls: Urls) {
  const url = `${urls.api}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("Organization", account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: avatarUrl(account, urls),
    description: account.description,
  };
}

/** `private-user`: what a person sees of himself. */
export function presentPrivateUser(
  account: Account,
  urls: Urls,
  repositories: { private: boolean }[],
) {
  const privateCount = repositories.filter((repository) => repository.private).length;
  return {
    ...presentSimpleUser(account, urls),
    user_view_type: "private",
    name: account.name,
    company: null,
    blog: "",
    location: null,
    email: null,
    notification_email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: repositories.length - privateCount,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    private_gists: 0,
    total_private_repos: privateCount,
    owned_private_repos: privateCount,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
    plan: { name: "free", space: 976_562_499, private_repos: 10_000, collaborators: 0 },
  };
}
