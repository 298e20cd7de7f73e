import type { Notice, Step } from "../install-flow/step.ts";
import { html, page } from "./html.ts";

interface NoticePage {
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

const notices: Record<Notice, NoticePage> = {
  no_attempt: {
    status: 200,
    title: "Go back to finish",
    text: "GitHub sent you here, but not from an install link that we know. Go back to the product that you want to connect and choose to connect GitHub there.",
  },
  stale_link: {
    status: 400,
    title: "This page was used before or is too old",
    text: "Go back to the product that you came from and start again.",
  },
  return_url_not_allowed: {
    status: 403,
    title: "This link no longer leads anywhere",
    text: "The product that you came from has withdrawn its return address. Nothing was connected.",
  },
  connected_elsewhere: {
    status: 409,
    title: "This installation is connected elsewhere",
    text: "You administer it, but it is connected to another customer of this service. Disconnect it there first.",
  },
  not_from_our_page: {
    status: 403,
    title: "This did not come from our page",
    text: "Nothing was connected. Go back to the product that you came from and start again.",
  },
  linked: {
    status: 200,
    title: "Your GitHub account is linked",
    text: "Close this page, or go back to the portal.",
  },
  link_declined: {
    status: 200,
    title: "Your GitHub account is not linked",
    text: "You did not agree on GitHub. Go back to the portal to try again.",
  },
  too_many_requests: {
    status: 429,
    title: "Too many requests are waiting",
    text: "Let an owner of the account approve or decline the waiting requests on GitHub first.",
  },
};

/** A page that says what happened and what to do next. */
export function noticePage({ notice, continueUrl }: Extract<Step, { kind: "notice" }>) {
  const { status, title, text } = notices[notice];
  const link = continueUrl ? html`<a class="button" href="${continueUrl}">Go back</a>` : "";
  return { status, body: page(title, html`<p>${text}</p>${link}`) };
}

/** A page for a failure that is not the person's: it can be tried again. */
export function failurePage(sentence: string, retryUrl: string | undefined): string {
  const retry = retryUrl
    ? html`<a class="button" href="${retryUrl}">Try again</a>`
    : html`<p>Go back to the product that you came from and try again in a minute.</p>`;
  return page("This did not work", html`<p>${sentence} Nothing was connected.</p>${retry}`);
}

/** The page that waits for a click. */
export function consentPage(step: Extract<Step, { kind: "consent" }>): string {
  const { organizationName, githubLogin, candidates, token } = step;
  const accounts = candidates.map(
    ({ installationId, account }) => html`
<dt>GitHub account</dt><dd>${account.login}</dd><dt>Installation</dt><dd>${installationId}</dd>`,
  );
  const buttons = candidates.map(
    ({ installationId, account }) => html`
<button class="primary" name="installation_id" value="${installationId}">Connect ${account.login}</button>`,
  );
  return page(
    `Connect GitHub to ${organizationName}?`,
    html`<p><strong>${organizationName}</strong> will be able to use this installation, with the
repositories and permissions that it was granted on GitHub.</p>
<dl><dt>Partner</dt><dd>${organizationName}</dd><dt>You are</dt><dd>${githubLogin}</dd>${accounts}</dl>
<form method="post" action="/github/app/consent"><input type="hidden" name="token" value="${token}">
${buttons}<button name="decline" value="true">Cancel</button></form>`,
  );
}
