import type { Params } from "../http/params.ts";
import type { Choice } from "../world/installations.ts";
import type { Repository } from "../world/model.ts";
import { type Html, html } from "./html.ts";

const repositoryField = "repository_ids[]";

const privateMark = html` <span class="note">private</span>`;

const checkbox = (repository: Repository, chosen: readonly number[]) => html`
  <div>
    <input type="checkbox" id="repository-${repository.id}" name="${repositoryField}"
      value="${repository.id}"${chosen.includes(repository.id) && html` checked`}>
    <label for="repository-${repository.id}">${repository.name}</label>${repository.private && privateMark}
  </div>`;

const checkedIf = (checked: boolean) => checked && html` checked`;

/** The radios, and a checkbox for each repository. */
export const choiceFields = (repositories: readonly Repository[], choice: Choice): Html => html`
  <fieldset>
    <legend><strong>Repository access</strong></legend>
    <div>
      <input type="radio" id="selection-all" name="repository_selection" value="all"${checkedIf(choice.selection === "all")}>
      <label for="selection-all">All repositories</label>
    </div>
    <div>
      <input type="radio" id="selection-selected" name="repository_selection" value="selected"${checkedIf(choice.selection === "selected")}>
      <label for="selection-selected">Only select repositories</label>
    </div>
    <div class="box repositories" role="group" aria-label="Repositories">
      ${repositories.map((repository) => checkbox(repository, choice.repositoryIds))}
    </div>
  </fieldset>`;

const everything: Choice = { selection: "all", repositoryIds: [] };

/** Repositories suggested by the link, all of them selected on the page. */
export function suggestedChoice(query: Params): Choice {
  const repositoryIds = query.all(repositoryField).map(Number);
  return repositoryIds.length > 0 ? { selection: "selected", repositoryIds } : everything;
}

/** Reads the fields of {@link choiceFields}; text says what is wrong with them. */
export function readChoice(form: Params, repositories: readonly Repository[]): Choice | string {
  const selection = form.get("repository_selection");
  if (selection === "all") return everything;
  if (selection !== "selected") return "Choose which repositories the App may reach.";
  const repositoryIds = [...new Set(form.all(repositoryField).map(Number))];
  if (repositoryIds.length === 0) return "Select at least one repository.";
  const known = new Set(repositories.map(({ id }) => id));
  if (!repositoryIds.every((id) => known.has(id)))
    return "There is a repository that does not belong to this account.";
  return { selection, repositoryIds };
}
