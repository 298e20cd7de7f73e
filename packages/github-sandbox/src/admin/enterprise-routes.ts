import type { Router } from "express";
import { z } from "zod";
import { createEnterpriseScenario } from "../scenario-enterprises.ts";
import type { Admin } from "./admin.ts";
import { parse, tell } from "./refuse.ts";

const name = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/);
const count = z.int().min(0).max(1000);

const NewEnterprise = z.strictObject({
  slug: name,
  organizations: count.optional(),
  repositoriesEach: count.optional(),
  installed: z.boolean().optional(),
});

const NewOrganization = z.strictObject({
  login: name,
  repositories: count.optional(),
  enterprise: name.optional(),
  owner: name.optional(),
});

const NewRepository = z.strictObject({ organization: name, name });
const Installation = z.strictObject({
  action: z.enum(["install", "uninstall", "suspend", "unsuspend"]),
});

export function addEnterpriseRoutes(router: Router, { world, deps }: Admin) {
  const scenario = createEnterpriseScenario(world, deps);
  const actions = {
    install: scenario.installOnEnterprise,
    uninstall: scenario.uninstallFromEnterprise,
    suspend: scenario.suspendOnEnterprise,
    unsuspend: scenario.unsuspendOnEnterprise,
  };
  router.post("/enterprises", (req, res) => {
    const wanted = parse(NewEnterprise, req.body);
    res.status(201).json(tell(() => scenario.createEnterprise(wanted)));
  });
  router.post("/enterprises/:slug/installation", (req, res) => {
    const { action } = parse(Installation, req.body);
    res.json(tell(() => actions[action](req.params.slug)));
  });
  router.post("/organizations", (req, res) => {
    const wanted = parse(NewOrganization, req.body);
    res.status(201).json(tell(() => scenario.createOrganization(wanted)));
  });
  router.post("/repositories", (req, res) => {
    const { organization, name: wanted } = parse(NewRepository, req.body);
    res.status(201).json(tell(() => scenario.createRepository(organization, wanted)));
  });
}
