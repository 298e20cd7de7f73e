import { withQuery } from "../http/params.ts";
import type { Choice } from "../world/installations.ts";
import type { Account } from "../world/model.ts";
import { accountGrant } from "../world/permissions.ts";
import { settingsPath } from "../world/settings-path.ts";
import { type Html, html } from "./html.ts";
import { csrfField } from "./layout.ts";
import { type PageReply, type PageRoute, page, pageNotFound, type Visit } from "./page.ts";
import { permissionList } from "./permission-list.ts";
import { choiceFields, readChoice, suggestedChoice } from "./repository-choice.ts";
import type { Web } from "./web.ts";

function accountPicker(web: Web, visit: Visit): PageReply {
  const { accounts, installations } = web.world;
  const state = visit.query.get("state");
  const base = visit.path.replace(/\/installations\/.*$/, "/installations/new/permissions");
  const row = (account: Account): Html => html`
    <li>
      <a href="${withQuery(base, { target_id: account.id, state })}">${account.login}</a>
      <span class="note">${account.type}</span>
      ${installations.ofAccount(account.id) && html`<span class="end note">Installed</span>`}
    </li>`;
  return {
    title: `Install ${web.registration.app.name}`,
    content: html`
      <p>Where do you want to install ${web.registration.app.name}?</p>
      <ul class="rows">${accounts.accountsOf(visit.user.id).map(row)}</ul>`,
  };
}

function requireTarget({ world }: Web, visit: Visit, id: string | undefined): Account {
  const account = world.accounts.byId(Number(id));
  if (!account || !world.accounts.belongsTo(visit.user.id, account.id)) throw pageNotFound();
  return account;
}

interface InstallForm {
  account: Account;
  choice: Choice;
  state: string | undefined;
  wrong?: string;
}

function installForm(web: Web, visit: Visit, form: InstallForm): PageReply {
  const { account, choice, state, wrong } = form;
  const { accounts } = web.world;
  const { name, slug, permissions } = web.registration.app;
  const mayInstall = accounts.administers(visit.user.id, account.id);
  const note = html`<p class="note">An owner of ${account.login} has to approve your request.</p>`;
  return {
    status: wrong ? 422 : 200,
    title: mayInstall
      ? `Install ${name} on ${account.login}`
      : `Request ${name} for ${account.login}`,
    content: html`
      ${wrong && html`<p class="box wrong" role="alert">${wrong}</p>`}
      <form method="post" action="/apps/${slug}/installations">
        ${csrfField(visit)}
        <input type="hidden" name="target_id" value="${account.id}">
        ${state !== undefined && html`<input type="hidden" name="state" value="${state}">`}
        ${choiceFields(accounts.repositoriesOf(account.id), choice)}
        ${permissionList(accountGrant(permissions))}
        ${!mayInstall && note}
        <div class="buttons"><button class="primary">${mayInstall ? "Install" : "Request"}</button></div>
      </form>`,
  };
}

/** Already installed: owners get the configure page, which is how GitHub ends this journey. */
function alreadyInstalled(web: Web, visit: Visit, account: Account): PageReply | undefined {
  const installation = web.world.installations.ofAccount(account.id);
  if (!installation) return undefined;
  if (web.world.accounts.administers(visit.user.id, account.id)) {
    const state = visit.query.get("state") ?? visit.form.get("state");
    return { redirect: withQuery(settingsPath(account, installation.id), { state }) };
  }
  return {
    title: `${web.registration.app.name} is already installed`,
    content: html`<p>Only an owner of ${account.login} can configure it.</p>`,
  };
}

function showInstall(web: Web, visit: Visit): PageReply {
  if (visit.param("slug") !== web.registration.app.slug) throw pageNotFound();
  const { query } = visit;
  const target = query.get("target_id") ?? query.get("suggested_target_id");
  if (target === undefined || visit.path.endsWith("/select_target"))
    return accountPicker(web, visit);
  const account = requireTarget(web, visit, target);
  const form = { account, choice: suggestedChoice(query), state: query.get("state") };
  return alreadyInstalled(web, visit, account) ?? installForm(web, visit, form);
}

function submitInstall(web: Web, visit: Visit): PageReply {
  const { accounts, requests } = web.world;
  const { user, form } = visit;
  const account = requireTarget(web, visit, form.get("target_id"));
  const already = alreadyInstalled(web, visit, account);
  if (already) return already;
  const state = form.get("state");
  const choice = readChoice(form, accounts.repositoriesOf(account.id));
  if (typeof choice === "string")
    return installForm(web, visit, {
      account,
      choice: { selection: "selected", repositoryIds: [] },
      state,
      wrong: choice,
    });
  if (accounts.administers(user.id, account.id)) {
    const installation = requests.install(account.id, choice, user.id);
    return { redirect: web.setup({ user, action: "install", installation, state }) };
  }
  requests.record(account.id, user.id, choice);
  return { redirect: web.setup({ user, action: "request", installation: null, state }) };
}

export const installPages = (web: Web): PageRoute[] =>
  (["/apps", "/github-apps"] as const).flatMap((base) => [
    page(`GET ${base}/:slug/installations/new`, (visit) => showInstall(web, visit)),
    page(`GET ${base}/:slug/installations/new/permissions`, (visit) => showInstall(web, visit)),
    page(`GET ${base}/:slug/installations/select_target`, (visit) => showInstall(web, visit)),
    page(`POST ${base}/:slug/installations`, (visit) => submitInstall(web, visit)),
  ]);
