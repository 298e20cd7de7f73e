import type { Router } from "express";
import { z } from "zod";
import { createContentScenario } from "../scenario-content.ts";
import type { Admin } from "./admin.ts";
import { parse, refuse } from "./refuse.ts";

const PersonalToken = z.strictObject({
  login: z.string(),
  kind: z.enum(["classic", "fine-grained"]),
  scopes: z.array(z.string()).default([]),
});
const Token = z.strictObject({ token: z.string() });
const PostedUrl = z.strictObject({
  /** `owner/name` */
  repository: z.string().includes("/"),
  url: z.url(),
});

/** What people do at GitHub in settings and issues that the stand-in has no pages for. */
export function addWorldRoutes(router: Router, { world }: Admin) {
  const content = createContentScenario(world);
  router.post("/personal-tokens", (req, res) => {
    const { login, kind, scopes } = parse(PersonalToken, req.body);
    const user = world.accounts.byLogin(login, "User");
    if (!user) throw refuse(404, `There is no user ${JSON.stringify(login)}.`);
    res.json({ token: world.personalTokens.issue({ userId: user.id, kind, scopes }) });
  });
  router.delete("/personal-tokens", (req, res) => {
    world.personalTokens.revoke(parse(Token, req.body).token);
    res.status(204).end();
  });
  router.post("/content-references", (req, res) => {
    const { repository, url } = parse(PostedUrl, req.body);
    const [owner = "", name = ""] = repository.split("/");
    if (!world.accounts.repository(owner, name))
      throw refuse(404, `There is no repository ${JSON.stringify(repository)}.`);
    res.json({ id: content.postUrl(repository, url) });
  });
}
