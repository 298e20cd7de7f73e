import { allowMethods, parseQuery, readBytes } from "@layers/http-edge";
import { Router } from "express";
import { portalUserNames } from "./development-portal.ts";
import type { StandaloneFile } from "./standalone-file.ts";

type Portal = NonNullable<StandaloneFile["portal"]>;

const buttons = portalUserNames
  .map((name) => `<button name="user" value="${name}">${name}</button>`)
  .join(" ");
const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in – development</title></head>
<body><h1>Sign in to the portal as</h1><form method="post">${buttons}</form>
<p>Signed in? <a href="/github/link">Link a GitHub account</a></p></body></html>`;

/** In the place of the portal's own sign-in: a button for each development user. */
export function signInRoutes(portal: () => Portal | undefined): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route("/dev/sign-in")
    .get((_req, res) => {
      res.setHeader("Content-Security-Policy", "default-src 'none'; form-action 'self'");
      res.type("html").send(page);
    })
    .post(async (req, res) => {
      const { user } = parseQuery((await readBytes(req, { limitBytes: 1000 })).toString("latin1"));
      const name = portalUserNames.find((each) => each === user);
      const { cookieName, users } = portal() ?? {};
      if (name && cookieName && users)
        res.cookie(cookieName, users[name].token, { httpOnly: true, sameSite: "lax" });
      res.redirect(303, "/dev/sign-in");
    })
    .all(allowMethods("GET", "POST"));
  return router;
}
