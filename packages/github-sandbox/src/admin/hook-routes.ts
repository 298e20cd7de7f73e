import type { Router } from "express";
import { HookFaults } from "../hooks/hook-fault.ts";
import type { HookDelivery } from "../world/model.ts";
import type { Admin } from "./admin.ts";
import { parse } from "./refuse.ts";

/** Signatures are left out: they belong to a secret. */
const summarize = ({ requestHeaders: _headers, ...delivery }: HookDelivery) => delivery;

/** What the App's webhook was told, and what may happen on the way. */
export function addHookRoutes(router: Router, { hooks }: Admin) {
  router.get("/deliveries", (_req, res) => res.json(hooks.log.list().map(summarize)));
  router.post("/hook-faults", (req, res) => {
    hooks.addFaults(parse(HookFaults, req.body));
    res.json(hooks.faults());
  });
  router.get("/hook-faults", (_req, res) => res.json(hooks.faults()));
  router.post("/ping", (_req, res) => {
    hooks.announce({ name: "ping", action: null });
    res.status(204).end();
  });
  router.get("/deliveries/sent", async (_req, res) => {
    await hooks.sent();
    res.status(204).end();
  });
}
