import type { Account } from "../world/model.ts";
import { type Html, html } from "./html.ts";

export interface Viewer {
  user: Account | undefined;
  csrfToken: string;
}

/** Carries the token that ties a form to its session. */
export const csrfField = ({ csrfToken }: Pick<Viewer, "csrfToken">) =>
  html`<input type="hidden" name="authenticity_token" value="${csrfToken}">`;

const person = (viewer: Viewer, user: Account) => html`
  <form class="person" method="post" action="/logout">
    ${csrfField(viewer)}
    <span>Signed in as ${user.login}</span>
    <button>Sign out</button>
  </form>`;

export const layout = (title: string, viewer: Viewer, content: Html): Html => html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · Stand-in GitHub</title>
  <link rel="stylesheet" href="/style.css">
</head>
<body>
  <header class="banner">
    <a href="/">Stand-in GitHub</a>
    ${viewer.user && person(viewer, viewer.user)}
  </header>
  <p class="ribbon">A stand-in for development and tests. Nothing here reaches github.com.</p>
  <main>
    <h1>${title}</h1>
    ${content}
  </main>
</body>
</html>`;
