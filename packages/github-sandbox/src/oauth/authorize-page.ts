import type { Params } from "../http/params.ts";
import type { App } from "../registration.ts";
import { html } from "../web/html.ts";
import { csrfField } from "../web/layout.ts";
import {
  PageError,
  type PageReply,
  type PageRoute,
  page,
  pageNotFound,
  type Visit,
} from "../web/page.ts";
import type { Web } from "../web/web.ts";
import { resolveCallback, withParams } from "./callback.ts";
import { toOAuthError } from "./oauth-error.ts";

/** Carried from the link through the form. `setup` is ours: it leads to what was just installed. */
const carried = [
  "client_id",
  "redirect_uri",
  "state",
  "code_challenge",
  "code_challenge_method",
  "setup",
] as const;

interface AuthorizeRequest {
  redirectUri: string;
  state: string | undefined;
  codeChallenge: string | null;
  setupKey: string | undefined;
  /** False for a challenge that is not S256. */
  valid: boolean;
}

const challengeForm = /^[A-Za-z0-9_-]{43}$/;

function readRequest(app: App, params: Params): AuthorizeRequest {
  if (params.get("client_id") !== app.clientId) throw pageNotFound();
  const redirectUri = resolveCallback(app, params.get("redirect_uri"));
  if (!redirectUri)
    throw new PageError(
      400,
      "Be careful! The redirect_uri is not associated with this application. The application might be misconfigured or could be trying to redirect you to a website you weren't expecting.",
    );
  const challenge = params.get("code_challenge");
  const method = params.get("code_challenge_method");
  return {
    redirectUri,
    state: params.get("state"),
    codeChallenge: challenge ?? null,
    setupKey: params.get("setup"),
    valid:
      challenge === undefined
        ? method === undefined
        : method === "S256" && challengeForm.test(challenge),
  };
}

function refuse(
  { redirectUri, state }: AuthorizeRequest,
  error: "access_denied" | "invalid_request",
) {
  return { redirect: withParams(redirectUri, { ...toOAuthError(error), state }) };
}

function grant({ world }: Web, { user }: Visit, request: AuthorizeRequest): PageReply {
  const { authorizations } = world;
  authorizations.authorize(user.id);
  const { redirectUri, codeChallenge, state, setupKey } = request;
  const code = authorizations.issueCode({ userId: user.id, redirectUri, codeChallenge });
  const handoff =
    setupKey === undefined ? undefined : authorizations.takeHandoff(setupKey, user.id);
  return {
    redirect: withParams(redirectUri, {
      code,
      installation_id: handoff?.installationId ?? undefined,
      setup_action: handoff?.setupAction,
      state,
    }),
  };
}

function consentPage({ registration }: Web, visit: Visit, request: AuthorizeRequest): PageReply {
  const { name } = registration.app;
  const fields = carried.flatMap((field) => {
    const value = visit.query.get(field);
    return value === undefined
      ? []
      : [html`<input type="hidden" name="${field}" value="${value}">`];
  });
  return {
    title: `Authorize ${name}`,
    content: html`
      <div class="box">
        <p>${name} would like to verify your GitHub identity (${visit.user.login}), know which
        resources you can access, and act on your behalf.</p>
        <p class="note">Authorizing will return you to ${new URL(request.redirectUri).origin}</p>
      </div>
      <form method="post" action="/login/oauth/authorize">
        ${csrfField(visit)} ${fields}
        <div class="buttons">
          <button name="authorize" value="0">Cancel</button>
          <button class="primary" name="authorize" value="1">Authorize</button>
        </div>
      </form>`,
  };
}

export const authorizePages = (web: Web): PageRoute[] => [
  page("GET /login/oauth/authorize", (visit) => {
    const request = readRequest(web.registration.app, visit.query);
    if (!request.valid) return refuse(request, "invalid_request");
    if (web.world.authorizations.authorized(visit.user.id)) return grant(web, visit, request);
    return consentPage(web, visit, request);
  }),
  page("POST /login/oauth/authorize", (visit) => {
    const request = readRequest(web.registration.app, visit.form);
    if (!request.valid) return refuse(request, "invalid_request");
    if (visit.form.get("authorize") !== "1") return refuse(request, "access_denied");
    return grant(web, visit, request);
  }),
];
