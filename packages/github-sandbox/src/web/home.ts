import { accountSettingsPath } from "./account-settings.ts";
import { authorizedAppsPath } from "./authorized-apps.ts";
import { html } from "./html.ts";
import { installedAppsPath } from "./installed-apps.ts";
import { openPage, type PageRoute } from "./page.ts";
import type { Web } from "./web.ts";

export const homePages = ({ registration, world }: Web): PageRoute[] => [
  openPage("GET /", ({ user }) => {
    const { name, slug } = registration.app;
    const accounts = user ? world.accounts.accountsOf(user.id) : [];
    return {
      title: "Welcome",
      content: html`
        <p>This server plays GitHub for one GitHub App.</p>
        <p><a href="/github-apps/${slug}/installations/new">Install ${name}</a></p>
        ${!user && html`<p><a href="/login">Sign in</a></p>`}
        ${accounts.map(
          (account) => html`
            <p>
              <a href="${installedAppsPath(account)}">GitHub Apps of ${account.login}</a>
              <a href="${accountSettingsPath(account)}">Settings of ${account.login}</a>
            </p>`,
        )}
        ${user && html`<p><a href="${authorizedAppsPath}">Authorized GitHub Apps</a></p>`}`,
    };
  }),
  openPage("GET /github-apps/:slug", ({ path }) => ({ redirect: `${path}/installations/new` })),
  openPage("GET /apps/:slug", ({ path }) => ({ redirect: `${path}/installations/new` })),
];
