import { Counter, type Registry } from "prom-client";
import type { Counts } from "./counts.ts";

/** Lets a scrape read the counts. */
export function registerCounts(registry: Registry, counts: Counts): void {
  const register = (
    counted: Readonly<Record<string, number>>,
    { name, help, label }: { name: string; help: string; label: string },
  ) => {
    const counter = new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        counter.reset();
        for (const [value, count] of Object.entries(counted))
          counter.inc({ [label]: value }, count);
      },
    });
  };
  register(counts.tokens, {
    name: "layers_tokens_total",
    help: "Installation tokens that were asked for, by where they came from.",
    label: "source",
  });
  register(counts.credentials, {
    name: "layers_credentials_total",
    help: "Credentials that were wrong.",
    label: "outcome",
  });
  register(counts.refusals, {
    name: "layers_refused_calls_total",
    help: "Calls that were refused to spare the rest.",
    label: "reason",
  });
  register(counts.webhooks, {
    name: "layers_webhooks_total",
    help: "Webhooks by how they ended.",
    label: "outcome",
  });
}
