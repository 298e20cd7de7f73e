import { html } from "./html.ts";
import { csrfField } from "./layout.ts";
import { openPage, PageError, type PageRoute } from "./page.ts";
import type { Web } from "./web.ts";

/** A path of ours and nothing else: no other host may be reached by signing in. */
function localPath(text: string | undefined): string {
  const base = "http://localhost";
  const path = text ?? "/";
  if (!path.startsWith("/") || !URL.canParse(path, base)) return "/";
  const target = new URL(path, base);
  return target.origin === base ? `${target.pathname}${target.search}` : "/";
}

export const signInPages = ({ world }: Web): PageRoute[] => [
  openPage("GET /login", (visit) => ({
    title: "Sign in",
    content: html`
      <p>Choose who you are. There are no passwords here.</p>
      <form method="post" action="/session">
        ${csrfField(visit)}
        <input type="hidden" name="return_to" value="${localPath(visit.query.get("return_to"))}">
        <div class="buttons">
          ${world.accounts
            .userLogins()
            .map((login) => html`<button name="login" value="${login}">${login}</button>`)}
        </div>
      </form>`,
  })),
  openPage("POST /session", ({ form }) => {
    const user = world.accounts.byLogin(form.get("login") ?? "", "User");
    if (!user) throw new PageError(422, "There is no such person.");
    return { redirect: localPath(form.get("return_to")), signIn: user };
  }),
  openPage("POST /logout", () => ({ redirect: "/", signOut: true })),
];
