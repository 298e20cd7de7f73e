import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChildService, createChildService } from "../../src/crash/child-service.ts";
import { type Client, createClient } from "../../src/crash/client.ts";
import { examine, type Registrations } from "../../src/crash/examine.ts";
import { openLedger } from "../../src/crash/ledger.ts";

const runs = Number(process.env["CRASH_RUNS"] ?? 10);
const longestMilliseconds = 1200;
const toleratedStart = 2000;

/** Who works while the service dies. The last two want the same account. */
const workers = [
  { login: "globex-admin", account: "globex", isRival: false },
  { login: "octocat", account: "octocat", isRival: false },
  { login: "octo-admin", account: "acme-coffee", isRival: true },
  { login: "octo-admin", account: "acme-coffee", isRival: true },
];

let service: ChildService;
let clients: Client[];
beforeAll(async () => {
  service = await createChildService();
  service.sandbox.world.install("octocat");
  service.sandbox.world.install("acme-coffee");
  await service.start();
  clients = [];
  for (const worker of workers) {
    const partner = await service.addPartner(worker.account);
    clients.push(await createClient(service, openLedger(partner, worker)));
  }
}, 60_000);
afterAll(() => service[Symbol.asyncDispose]());

test(
  `R-05 A223: killed ${runs} times at any moment, the service loses nothing that it acknowledged`,
  async () => {
    const seen: Registrations = new Map();
    const starts: number[] = [];
    const pending = new Map<string, number>();
    for (let run = 0; run < runs; run += 1) {
      const work = clients.flatMap((client) => [client.work(), client.askForTokens()]);
      await sleep(Math.random() * longestMilliseconds);
      await service.kill();
      await Promise.all(work);
      for (const { ledger } of clients) {
        const kind = ledger.pending?.kind ?? "nothing or a token";
        pending.set(kind, (pending.get(kind) ?? 0) + 1);
      }
      starts.push(await service.start());
      await examine(service, clients, seen);
    }
    starts.sort((a, b) => a - b);
    const [median = 0, slowest = 0] = [starts[Math.floor(runs / 2)], starts.at(-1)];
    const tokens = clients.reduce((sum, { ledger }) => sum + ledger.tokens.size, 0);
    const detaches = clients.reduce((sum, { ledger }) => sum + ledger.detaches, 0);
    console.log(
      [
        `${runs} kills; acknowledged: ${seen.size} bindings, ${tokens} tokens, ${detaches} detaches.`,
        `Under way when it died: ${[...pending].map(([kind, count]) => `${kind} ${count}`).join(", ")}.`,
        `From start to ready: median ${median.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms.`,
      ].join("\n"),
    );
    expect(median).toBeLessThan(toleratedStart);
  },
  60_000 + runs * 30_000,
);
