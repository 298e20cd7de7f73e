import type { Account, InstallationRequest } from "../world/model.ts";
import { settingsPath } from "../world/settings-path.ts";
import { html } from "./html.ts";
import { csrfField } from "./layout.ts";
import {
  PageError,
  type PageReply,
  type PageRoute,
  page,
  pageNotFound,
  type Visit,
} from "./page.ts";
import type { Web } from "./web.ts";

export const installedAppsPath = (account: Account) =>
  account.type === "Organization"
    ? `/organizations/${account.login}/settings/installations`
    : "/settings/installations";

function requireAccount({ world }: Web, visit: Visit): Account {
  const org = visit.param("org");
  const account = org ? world.accounts.byLogin(org, "Organization") : visit.user;
  if (!account || !world.accounts.administers(visit.user.id, account.id)) throw pageNotFound();
  return account;
}

function pendingRequest(web: Web, visit: Visit, request: InstallationRequest) {
  const { accounts } = web.world;
  const account = accounts.requireById(request.accountId);
  const requester = accounts.requireById(request.requesterId);
  const wanted = request.selection === "all" ? "all" : request.repositoryIds.length;
  return html`
    <li>
      <span>${requester.login} asks for ${web.registration.app.name} (${wanted} repositories)</span>
      <form class="end" method="post" action="${installedAppsPath(account)}/requests/${request.id}">
        ${csrfField(visit)}
        <button class="primary" name="action" value="approve">Approve</button>
        <button class="danger" name="action" value="deny">Deny</button>
      </form>
    </li>`;
}

function installedApps(web: Web, visit: Visit): PageReply {
  const account = requireAccount(web, visit);
  const { apps, installations } = web.world;
  const own = installations.ofAccount(account.id);
  const others = installations.onAccount(account.id).filter((row) => row !== own);
  const pending = web.world.requests.pendingFor(account.id);
  const { name } = web.registration.app;
  return {
    title: `GitHub Apps of ${account.login}`,
    content: html`
      <h2>Installed GitHub Apps</h2>
      ${
        own
          ? html`<ul class="rows"><li><span>${name}</span>
              <a class="end" href="${settingsPath(account, own.id)}">Configure</a></li></ul>`
          : others.length === 0 && html`<p>None.</p>`
      }
      ${others.map((row) => html`<p>${apps.requireById(row.appId).name}</p>`)}
      <h2>Pending requests</h2>
      ${
        pending.length > 0
          ? html`<ul class="rows">${pending.map((request) => pendingRequest(web, visit, request))}</ul>`
          : html`<p>None.</p>`
      }`,
  };
}

/** An approval returns without the state of whoever asked: that one's browser is elsewhere. */
function decide(web: Web, visit: Visit): PageReply {
  const account = requireAccount(web, visit);
  const request = web.world.requests.byId(Number(visit.param("id")));
  if (request?.accountId !== account.id) throw pageNotFound();
  const action = visit.form.get("action");
  if (action === "deny") {
    web.world.requests.deny(request);
    return { redirect: installedAppsPath(account) };
  }
  if (action !== "approve") throw new PageError(422, "Approve or deny the request.");
  const { user } = visit;
  const installation = web.world.requests.approve(request, user.id);
  return { redirect: web.setup({ user, action: "install", installation, state: undefined }) };
}

export const installedAppsPages = (web: Web): PageRoute[] =>
  (["/settings/installations", "/organizations/:org/settings/installations"] as const).flatMap(
    (path) => [
      page(`GET ${path}`, (visit) => installedApps(web, visit)),
      page(`POST ${path}/requests/:id`, (visit) => decide(web, visit)),
    ],
  );
