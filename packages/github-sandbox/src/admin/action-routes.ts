import type { Router } from "express";
import { z } from "zod";
import { createScenario, type Scenario } from "../scenario.ts";
import { loginForm, repositoryNameForm } from "../world/names.ts";
import type { Admin } from "./admin.ts";
import { parse, tell } from "./refuse.ts";

const names = z.array(z.string()).min(1).optional();

const InstallationAction = z.strictObject({
  account: z.string(),
  action: z.enum(["install", "uninstall", "suspend", "unsuspend", "accept_permissions"]),
  /** To install: names without the owner; everything when absent. */
  repositories: names,
  /** To suspend. */
  by: z.enum(["app", "owner"]).optional(),
});

const RequestAction = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("request"),
    account: z.string(),
    requester: z.string(),
    repositories: names,
  }),
  z.strictObject({ action: z.enum(["approve", "deny"]), account: z.string() }),
]);

const RepositoryAction = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("rename"), name: z.string().regex(repositoryNameForm) }),
  z.strictObject({ action: z.literal("transfer"), owner: z.string() }),
  z.strictObject({ action: z.enum(["delete", "privatize", "publicize"]) }),
]);

const Rename = z.strictObject({ login: z.string().regex(loginForm) });
const Login = z.strictObject({ login: z.string() });

function actOnInstallation(scenario: Scenario, wanted: z.output<typeof InstallationAction>) {
  const { account, action, repositories, by } = wanted;
  switch (action) {
    case "install":
      return void scenario.install(account, repositories ? { repositories } : {});
    case "uninstall":
      return scenario.uninstall(account);
    case "suspend":
      return scenario.suspend(account, by);
    case "unsuspend":
      return scenario.unsuspend(account);
    case "accept_permissions":
      return scenario.acceptPermissions(account);
  }
}

function actOnRequest(scenario: Scenario, wanted: z.output<typeof RequestAction>) {
  const { action, account } = wanted;
  if (action === "request")
    return { id: scenario.requestInstallation(account, wanted.requester, wanted.repositories) };
  if (action === "approve") return scenario.approveRequest(account);
  scenario.denyRequest(account);
  return {};
}

function actOnRepository(
  scenario: Scenario,
  fullName: string,
  wanted: z.output<typeof RepositoryAction>,
) {
  switch (wanted.action) {
    case "rename":
      return scenario.renameRepository(fullName, wanted.name);
    case "transfer":
      return scenario.transferRepository(fullName, wanted.owner);
    case "delete":
      return scenario.deleteRepository(fullName);
    case "privatize":
      return scenario.privatizeRepository(fullName);
    case "publicize":
      return scenario.publicizeRepository(fullName);
  }
}

/** What people do in GitHub's pages, without a browser. */
export function addActionRoutes(router: Router, { world, deps }: Admin) {
  const scenario = createScenario(world, deps);
  router.post("/installations", (req, res) => {
    const wanted = parse(InstallationAction, req.body);
    tell(() => actOnInstallation(scenario, wanted));
    res.json({ installation: scenario.installation(wanted.account) ?? null });
  });
  router.post("/installation-requests", (req, res) => {
    const wanted = parse(RequestAction, req.body);
    res.json(tell(() => actOnRequest(scenario, wanted)));
  });
  router.post("/accounts/:login", (req, res) => {
    const { login } = parse(Rename, req.body);
    tell(() => scenario.renameAccount(req.params.login, login));
    res.status(204).end();
  });
  router.post("/repositories/:owner/:name", (req, res) => {
    const wanted = parse(RepositoryAction, req.body);
    const { owner, name } = req.params;
    tell(() => actOnRepository(scenario, `${owner}/${name}`, wanted));
    res.status(204).end();
  });
  router.delete("/authorizations", (req, res) => {
    const { login } = parse(Login, req.body);
    tell(() => scenario.revokeAuthorization(login));
    res.status(204).end();
  });
}
