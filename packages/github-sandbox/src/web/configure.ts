import { withQuery } from "../http/params.ts";
import type { Account, Installation } from "../world/model.ts";
import { accountGrant, sameGrant } from "../world/permissions.ts";
import { settingsPath } from "../world/settings-path.ts";
import { html } from "./html.ts";
import { installedAppsPath } from "./installed-apps.ts";
import { csrfField } from "./layout.ts";
import { type PageReply, type PageRoute, page, pageNotFound, type Visit } from "./page.ts";
import { permissionList } from "./permission-list.ts";
import { choiceFields, readChoice } from "./repository-choice.ts";
import type { Web } from "./web.ts";

interface Configured {
  account: Account;
  installation: Installation;
  state: string | undefined;
}

/** Settings exist only for those who administer the account, under the account's own address. */
function requireConfigured({ world }: Web, visit: Visit): Configured {
  const installation = world.installations.byId(Number(visit.param("id")));
  const account = installation && world.accounts.byId(installation.accountId);
  if (!account || !world.accounts.administers(visit.user.id, account.id)) throw pageNotFound();
  if (settingsPath(account, installation.id).toLowerCase() !== visit.path.toLowerCase())
    throw pageNotFound();
  return { account, installation, state: visit.query.get("state") ?? visit.form.get("state") };
}

function configurePage(
  web: Web,
  visit: Visit,
  configured: Configured & { wrong?: string },
): PageReply {
  const { account, installation, state, wrong } = configured;
  const { suspension } = installation;
  const repositories = web.world.accounts.repositoriesOf(account.id);
  const { name, permissions } = web.registration.app;
  const wanted = accountGrant(permissions);
  const asksMore = !sameGrant(wanted, installation.permissions);
  return {
    status: wrong ? 422 : 200,
    title: `${name} on ${account.login}`,
    content: html`
      ${wrong && html`<p class="box wrong" role="alert">${wrong}</p>`}
      ${suspension && html`<p class="box wrong">Suspended since ${suspension.at}</p>`}
      <p class="note">Installation ${installation.id}, installed on ${installation.createdAt}</p>
      <form method="post" action="${settingsPath(account, installation.id)}">
        ${csrfField(visit)}
        ${state !== undefined && html`<input type="hidden" name="state" value="${state}">`}
        ${permissionList(installation.permissions)}
        ${choiceFields(repositories, installation)}
        ${asksMore && html`<p class="box">${name} asks for new permissions.</p>${permissionList(wanted)}`}
        <div class="buttons">
          <button class="primary" name="action" value="save">Save</button>
          ${
            suspension
              ? html`<button name="action" value="unsuspend">Unsuspend</button>`
              : html`<button name="action" value="suspend">Suspend</button>`
          }
          ${asksMore && html`<button name="action" value="accept">Accept new permissions</button>`}
          <button class="danger" name="action" value="uninstall">Uninstall</button>
        </div>
      </form>`,
  };
}

function save(web: Web, visit: Visit, configured: Configured): PageReply {
  const { account, installation, state } = configured;
  const choice = readChoice(visit.form, web.world.accounts.repositoriesOf(account.id));
  if (typeof choice === "string")
    return configurePage(web, visit, { ...configured, wrong: choice });
  web.world.installations.select(installation, choice, visit.user.id);
  return { redirect: web.setup({ user: visit.user, action: "update", installation, state }) };
}

function submit(web: Web, visit: Visit): PageReply {
  const configured = requireConfigured(web, visit);
  const { account, installation, state } = configured;
  const { installations } = web.world;
  const here = withQuery(settingsPath(account, installation.id), { state });
  switch (visit.form.get("action")) {
    case "save":
      return save(web, visit, configured);
    case "uninstall":
      installations.remove(installation, visit.user.id);
      return { redirect: installedAppsPath(account) };
    case "accept":
      installations.acceptPermissions(installation, visit.user.id);
      return { redirect: here };
    case "suspend":
      installations.suspend(installation, { by: "owner", userId: visit.user.id });
      return { redirect: here };
    case "unsuspend":
      installations.unsuspend(installation, visit.user.id);
      return { redirect: here };
    default:
      return configurePage(web, visit, { ...configured, wrong: "Choose what to do." });
  }
}

export const configurePages = (web: Web): PageRoute[] =>
  (
    ["/settings/installations/:id", "/organizations/:org/settings/installations/:id"] as const
  ).flatMap((path) => [
    page(`GET ${path}`, (visit) => configurePage(web, visit, requireConfigured(web, visit))),
    page(`POST ${path}`, (visit) => submit(web, visit)),
  ]);
