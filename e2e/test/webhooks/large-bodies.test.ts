import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChildService, createChildService } from "../../src/crash/child-service.ts";
import { readResidentBytes, sendEndlessly } from "../../src/webhooks/large.ts";
import { deliver, installationEvent, signDelivery } from "../../src/webhooks/sign.ts";

const MiB = 1024 * 1024;
let service: ChildService;
beforeAll(async () => {
  service = await createChildService();
  await service.start();
}, 60_000);
afterAll(() => service[Symbol.asyncDispose]());

const withPadding = (bytes: number) =>
  signDelivery({
    event: "installation",
    payload: { ...installationEvent("created", 5001), padding: "x".repeat(bytes) },
  });

test("W-09: a webhook of nearly 25 MiB is taken", async () => {
  expect(await deliver(service.url, withPadding(25 * MiB - 1000))).toBe(202);
});

test("W-09: twenty of 26 MiB at once are refused, and the process hardly grows", async () => {
  await sleep(500);
  const before = readResidentBytes(service.pid);
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, readResidentBytes(service.pid));
  }, 10);
  const chunked = Array.from({ length: 20 }, () => sendEndlessly(service.url, 26 * MiB));
  const ends = await Promise.all(chunked);
  clearInterval(watch);
  const growth = (peak - before) / MiB;
  console.log(`W-09: grew by ${growth.toFixed(0)} MiB at the most.`);
  expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 413));
  for (const { sentBytes } of ends) expect(sentBytes).toBeLessThan(27 * MiB);
  expect(growth).toBeLessThan(60);
}, 120_000);

test("W-09: a body that says it is too long is refused before it is sent", async () => {
  const { status, sentBytes } = await sendEndlessly(service.url, 26 * MiB, { tellsLength: true });
  expect(status).toBe(413);
  expect(sentBytes).toBeLessThan(9 * MiB);
});
