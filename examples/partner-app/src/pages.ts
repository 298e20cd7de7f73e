import { createHash } from "node:crypto";
import type { Layers } from "@layers/client";
import { type Html, html } from "./html.ts";

type Installation = Awaited<ReturnType<Layers["github"]["getInstallation"]>>;
type RepositoryPage = Awaited<ReturnType<Layers["github"]["listRepos"]>>;

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: #8884 }
body { margin: 0 auto; max-width: 44rem; padding: 3rem 1.5rem }
header { display: flex; align-items: center; gap: .6rem; margin-bottom: 2.5rem; font-weight: 600 }
header span { width: 1.6rem; height: 1.6rem; border-radius: .4rem; background: linear-gradient(135deg, #7c5cff, #29b6f6) }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .75rem }
form { margin: 1.5rem 0 }
button { font: inherit; font-weight: 600; padding: .6rem 1.2rem; border-radius: .5rem; border: 1px solid var(--line);
  background: ButtonFace; color: ButtonText; cursor: pointer }
button.primary { background: #6747e8; border-color: #6747e8; color: #fff }
.row { display: flex; align-items: center; justify-content: space-between; gap: 1rem }
.row form { margin: 0 }
.note { opacity: .7 }
.error { border-left: .25rem solid #d1242f; padding: .25rem 1rem }
ul { list-style: none; padding: 0; margin: 1.5rem 0; border: 1px solid var(--line); border-radius: .5rem }
li { display: flex; justify-content: space-between; gap: 1rem; padding: .55rem 1rem; border-top: 1px solid var(--line) }
li:first-child { border-top: 0 }
`;
const styleHash = createHash("sha256").update(style).digest("base64");

export const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  "Referrer-Policy": "same-origin",
  "Cache-Control": "no-store",
};

const page = (title: string, content: Html): string =>
  html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Sample partner</title><style>${{ markup: style }}</style></head>
<body><header><span></span>Sample partner</header><main><h1>${title}</h1>${content}</main></body>
</html>`.markup;

export const connectPage = (): string =>
  page(
    "Connect your GitHub account",
    html`<p>Choose which repositories we may work with. You can disconnect at any time.</p>
<form method="post" action="/connect"><button class="primary">Connect GitHub</button></form>
<p class="note"><a href="/connect-installed">The App is installed already</a></p>`,
  );

export const connectedPage = (installation: Installation, repositories?: RepositoryPage): string =>
  page(
    `Connected to ${installation.githubAccount.login}`,
    html`<div class="row"><p>Status: <strong>${installation.status}</strong>
<span class="note">(installation ${String(installation.installationId)})</span></p>
<form method="post" action="/disconnect"><button>Disconnect</button></form></div>
${repositories ? repositoryList(repositories) : ""}`,
  );

function repositoryList({ items, nextCursor }: RepositoryPage): Html {
  const rows = items.map(
    (repository) => html`<li><a href="${repository.htmlUrl}">${repository.fullName}</a>
<span class="note">${repository.private ? "private" : "public"}</span></li>`,
  );
  const query = new URLSearchParams({ cursor: nextCursor ?? "" }).toString();
  const next = nextCursor ? html`<p><a href="/?${query}" rel="next">Next</a></p>` : "";
  return html`<h2>Repositories</h2><ul>${rows}</ul>${next}`;
}

export const errorPage = (text: string, code?: string): string =>
  page(
    "This did not work",
    html`<p class="error">${text} ${code ? html`<code class="note">${code}</code>` : ""}</p>
<p><a href="/">Back</a></p>`,
  );
