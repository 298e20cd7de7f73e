import type { Router } from "express";
import { z } from "zod";
import { createContentScenario } from "../scenario-content.ts";
import type { Account } from "../world/model.ts";
import type { World } from "../world/world.ts";
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

const remaining = z.int().nonnegative();
const Budget = z.union([
  z.strictObject({ installation: z.int(), remaining }),
  z.strictObject({ user: z.string(), remaining }),
  z.strictObject({ address: z.string(), remaining }),
]);

function requireUser({ accounts }: World, login: string): Account {
  const user = accounts.byLogin(login, "User");
  if (!user) throw refuse(404, `There is no user ${JSON.stringify(login)}.`);
  return user;
}

/** What people do at GitHub in settings and issues that the stand-in has no pages for. */
export function addWorldRoutes(router: Router, { world, rateLimits }: Admin) {
  const content = createContentScenario(world);
  router.post("/personal-tokens", (req, res) => {
    const { login, kind, scopes } = parse(PersonalToken, req.body);
    const user = requireUser(world, login);
    res.json({ token: world.personalTokens.issue({ userId: user.id, kind, scopes }) });
  });
  router.delete("/personal-tokens", (req, res) => {
    world.personalTokens.revoke(parse(Token, req.body).token);
    res.status(204).end();
  });
  router.post("/rate-limits", (req, res) => {
    const { remaining: left, ...limited } = parse(Budget, req.body);
    if ("user" in limited) requireUser(world, limited.user);
    rateLimits.setRemaining(limited, left);
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
