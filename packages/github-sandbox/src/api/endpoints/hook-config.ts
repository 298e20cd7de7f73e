import type { Hook } from "../../registration.ts";
import { asApp } from "../callers.ts";
import { type Api, type Endpoint, endpoint, ok } from "../endpoint.ts";
import { presentHook } from "../present/hook.ts";
import { invalidField, missingField } from "../request-fields.ts";

type Body = Record<string, unknown>;

function readUrl({ url }: Body): string | undefined {
  if (url === undefined) return undefined;
  if (typeof url === "string" && URL.canParse(url) && /^https?:/.test(url)) return url;
  throw invalidField("url", url, "an http or https URL");
}

function readSecret({ secret }: Body): string | undefined {
  if (secret === undefined || typeof secret === "string") return secret;
  throw invalidField("secret", secret, "a string");
}

function readContentType({ content_type: type }: Body): Hook["contentType"] {
  if (type === undefined || type === "json" || type === "form") return type;
  throw invalidField("content_type", type, "a member of [json, form]");
}

/** A number is taken too. */
function readInsecureSsl({ insecure_ssl: value }: Body): Hook["insecureSsl"] {
  if (value === undefined || value === "0" || value === "1") return value;
  if (value === 0 || value === 1) return value === 0 ? "0" : "1";
  throw invalidField("insecure_ssl", value, "a member of [0, 1]");
}

/** What the body leaves out stays as it is. */
function changeHook({ registration }: Api, body: Body): Hook {
  const { hook } = registration.app;
  const url = readUrl(body) ?? hook?.url;
  if (url === undefined) throw missingField("url");
  const changed: Hook = {
    url,
    secret: readSecret(body) ?? hook?.secret,
    contentType: readContentType(body) ?? hook?.contentType,
    insecureSsl: readInsecureSsl(body) ?? hook?.insecureSsl,
  };
  registration.adjust({ hook: changed });
  return changed;
}

export const hookConfigEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /app/hook/config",
    docs: "apps/webhooks#get-a-webhook-configuration-for-an-app",
    caller: asApp,
    handle: () => ok(presentHook(api.registration.app.hook)),
  }),
  endpoint({
    route: "PATCH /app/hook/config",
    docs: "apps/webhooks#update-a-webhook-configuration-for-an-app",
    caller: asApp,
    handle: ({ body }) => ok(presentHook(changeHook(api, body()))),
  }),
];
