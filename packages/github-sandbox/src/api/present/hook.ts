import type { Hook } from "../../registration.ts";

/** `webhook-config`: GitHub never shows a secret, only that there is one. */
export const presentHook = (hook: Hook | null) => ({
  content_type: hook?.contentType ?? "json",
  insecure_ssl: hook?.insecureSsl ?? "0",
  ...(hook?.secret && { secret: "********" }),
  ...(hook && { url: hook.url }),
});
