import { html } from "./html.ts";
import { csrfField } from "./layout.ts";
import { type PageRoute, page } from "./page.ts";
import type { Web } from "./web.ts";

export const authorizedAppsPath = "/settings/apps/authorizations";

/** Where a person takes back what he let the App do in his name. */
export const authorizedAppsPages = ({ registration, world: { authorizations } }: Web) =>
  [
    page(`GET ${authorizedAppsPath}`, (visit) => ({
      title: "Authorized GitHub Apps",
      content: authorizations.authorized(visit.user.id)
        ? html`
          <form method="post" action="${authorizedAppsPath}">
            ${csrfField(visit)}
            <span>${registration.app.name}</span>
            <button class="danger">Revoke</button>
          </form>`
        : html`<p>None.</p>`,
    })),
    page(`POST ${authorizedAppsPath}`, ({ user }) => {
      authorizations.revoke(user.id);
      return { redirect: authorizedAppsPath };
    }),
  ] satisfies PageRoute[];
