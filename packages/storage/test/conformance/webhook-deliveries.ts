import { describe, expect, test } from "vitest";
import type { Store, WebhookDeliveryRow } from "../../src/index.ts";
import { sha256 } from "../fixtures.ts";

const day = 24 * 3600 * 1_000_000;

const delivery = (guid: string, changes: Partial<WebhookDeliveryRow> = {}): WebhookDeliveryRow => ({
  guid,
  bodyHash: sha256("body"),
  event: "installation",
  action: "created",
  jobId: "job_1",
  receivedAt: 10,
  ...changes,
});

/** GitHub's deliveries. */
export function describeWebhookDeliveries(store: () => Store): void {
  describe("webhook deliveries", () => {
    test("W-03: are kept once, and whoever comes later gets the first", async () => {
      const { insert, find } = store().webhookDeliveries;
      const racing = Array.from({ length: 20 }, (_, each) =>
        insert(delivery("one", { jobId: `job_${each}` })),
      );
      const kept = await Promise.all(racing);
      expect(new Set(kept.map(({ jobId }) => jobId)).size).toBe(1);
      expect(await find("one")).toEqual(kept[0]);
      expect(await find("two")).toBeUndefined();
    });

    test("tell when the last one came", async () => {
      const { insert, findLastTime } = store().webhookDeliveries;
      expect(await findLastTime()).toBeNull();
      await insert(delivery("one", { receivedAt: 30 }));
      await insert(delivery("two", { receivedAt: 20 }));
      expect(await findLastTime()).toBe(30);
    });

    test("W-03 W-06: are remembered for a week and more, those that meant nothing for a day", async () => {
      const { insert, find } = store().webhookDeliveries;
      await insert(delivery("known"));
      await insert(delivery("unknown", { jobId: null }));
      await store().deleteExpired(10 + day - 1);
      expect(await find("unknown")).toBeDefined();
      await store().deleteExpired(10 + day);
      expect(await find("unknown")).toBeUndefined();
      await store().deleteExpired(10 + 7 * day);
      expect(await find("known")).toBeDefined();
      await store().deleteExpired(10 + 8 * day);
      expect(await find("known")).toBeUndefined();
    });
  });
}
