import type { Account } from "../world/model.ts";
import { loginForm } from "../world/names.ts";
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

export const accountSettingsPath = (account: Account) =>
  account.type === "Organization"
    ? `/organizations/${account.login}/settings/profile`
    : "/settings/admin";

function requireAccount({ world: { accounts } }: Web, visit: Visit): Account {
  const org = visit.param("org");
  const account = org ? accounts.byLogin(org, "Organization") : visit.user;
  if (!account || !accounts.administers(visit.user.id, account.id)) throw pageNotFound();
  return account;
}

function showSettings(web: Web, visit: Visit): PageReply {
  const account = requireAccount(web, visit);
  const { login } = account;
  return {
    title: `Settings of ${login}`,
    content: html`
      <form method="post" action="${accountSettingsPath(account)}">
        ${csrfField(visit)}
        <label for="login">Login</label>
        <input id="login" name="login" value="${login}">
        <div class="buttons"><button class="danger">Rename</button></div>
      </form>
      <h2>Repositories</h2>
      <ul class="rows">${web.world.accounts
        .repositoriesOf(account.id)
        .map(({ name }) => html`<li><a href="/${login}/${name}/settings">${name}</a></li>`)}</ul>`,
  };
}

function rename(web: Web, visit: Visit): PageReply {
  const account = requireAccount(web, visit);
  const { accounts, accountChanges } = web.world;
  const login = visit.form.get("login") ?? "";
  if (!loginForm.test(login)) throw new PageError(422, "This is no login.");
  if (accounts.byLogin(login)) throw new PageError(422, `${login} is not available.`);
  accountChanges.rename(account, login, visit.user.id);
  return { redirect: accountSettingsPath(account) };
}

export const accountSettingsPages = (web: Web): PageRoute[] =>
  (["/settings/admin", "/organizations/:org/settings/profile"] as const).flatMap((path) => [
    page(`GET ${path}`, (visit) => showSettings(web, visit)),
    page(`POST ${path}`, (visit) => rename(web, visit)),
  ]);
