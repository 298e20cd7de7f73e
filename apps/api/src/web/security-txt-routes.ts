import { allowMethods } from "@layers/http-edge";
import { Router } from "express";
import { type Clock, days } from "../clock.ts";

export interface SecurityTxtDeps {
  readonly clock: Clock;
  readonly publicUrl: string;
  /** A `mailto:` or `https:` URI for reports of vulnerabilities. */
  readonly securityContact: string;
}

/** `/.well-known/security.txt` (RFC 9116): where to report a vulnerability. */
export function securityTxtRoutes({ clock, publicUrl, securityContact }: SecurityTxtDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route("/.well-known/security.txt")
    .get((_req, res) => {
      const expires = new Date((clock() + days(180)) / 1000).toISOString();
      const text = `Contact: ${securityContact}\nExpires: ${expires}\nCanonical: ${publicUrl}/.well-known/security.txt\nPreferred-Languages: en\n`;
      res.setHeader("Content-Type", "text/plain; charset=utf-8");
      res.setHeader("Content-Length", Buffer.byteLength(text));
      res.end(text);
    })
    .all(allowMethods("GET"));
  return router;
}
