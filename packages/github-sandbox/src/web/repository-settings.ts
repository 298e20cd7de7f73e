import type { Account, Repository } from "../world/model.ts";
import { repositoryNameForm } from "../world/names.ts";
import { accountSettingsPath } from "./account-settings.ts";
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

interface Owned {
  owner: Account;
  repository: Repository;
}

function requireOwned({ world: { accounts } }: Web, visit: Visit): Owned {
  const repository = accounts.repository(visit.param("owner"), visit.param("repo"));
  if (!repository || accounts.accessTo(visit.user.id, repository) !== "admin") throw pageNotFound();
  return { owner: accounts.requireById(repository.ownerId), repository };
}

const settingsOf = ({ owner, repository }: Owned) => `/${owner.login}/${repository.name}/settings`;

function showSettings(web: Web, visit: Visit): PageReply {
  const owned = requireOwned(web, visit);
  const { owner, repository } = owned;
  return {
    title: `Settings of ${owner.login}/${repository.name}`,
    content: html`
      <form method="post" action="${settingsOf(owned)}">
        ${csrfField(visit)}
        <label for="name">Repository name</label>
        <input id="name" name="name" value="${repository.name}">
        <label for="new-owner">New owner</label>
        <input id="new-owner" name="new_owner" value="">
        <div class="buttons">
          <button name="action" value="rename">Rename</button>
          ${
            repository.private
              ? html`<button name="action" value="publicize">Make public</button>`
              : html`<button name="action" value="privatize">Make private</button>`
          }
          <button class="danger" name="action" value="transfer">Transfer</button>
          <button class="danger" name="action" value="delete">Delete this repository</button>
        </div>
      </form>`,
  };
}

function requireFree({ world }: Web, owner: Account, name: string) {
  if (!repositoryNameForm.test(name)) throw new PageError(422, "This is no repository's name.");
  if (world.accounts.repository(owner.login, name))
    throw new PageError(422, `The repository ${owner.login}/${name} already exists.`);
}

/** Without an installation or an invitation of its own the new owner has to be the person's, too. */
function requireNewOwner({ world: { accounts } }: Web, visit: Visit): Account {
  const account = accounts.byLogin(visit.form.get("new_owner") ?? "");
  if (!account || !accounts.administers(visit.user.id, account.id))
    throw new PageError(422, "You may not transfer it to this account.");
  return account;
}

function change(web: Web, visit: Visit): PageReply {
  const owned = requireOwned(web, visit);
  const { owner, repository } = owned;
  const { repositories } = web.world;
  const { id } = visit.user;
  const action = visit.form.get("action");
  if (action === "rename") {
    const name = visit.form.get("name") ?? "";
    requireFree(web, owner, name);
    repositories.rename(repository, name, id);
  } else if (action === "transfer") {
    const newOwner = requireNewOwner(web, visit);
    requireFree(web, newOwner, repository.name);
    repositories.transfer(repository, newOwner, id);
    return { redirect: settingsOf({ owner: newOwner, repository }) };
  } else if (action === "delete") {
    repositories.remove(repository, id);
    return { redirect: accountSettingsPath(owner) };
  } else if (action === "privatize" || action === "publicize")
    repositories.setPrivate(repository, action === "privatize", id);
  else throw new PageError(422, "Choose what to do.");
  return { redirect: settingsOf(owned) };
}

export const repositorySettingsPages = (web: Web): PageRoute[] => [
  page("GET /:owner/:repo/settings", (visit) => showSettings(web, visit)),
  page("POST /:owner/:repo/settings", (visit) => change(web, visit)),
];
