import { expect } from "vitest";
import type { Connector } from "./connector.ts";

/**
 * What must hold whatever happened: one active installation per organization (I1), one organization per
 * installation (I2), a state consumed at most once (I4), an audit row for every binding (I6).
 */
export async function expectInvariants({ store }: Pick<Connector, "store">): Promise<void> {
  const bindings = await store.bindings.list();
  const active = bindings.filter(({ endedAt }) => endedAt === null);
  expectUnique(active.map(({ organizationId }) => organizationId));
  expectUnique(
    active.map(({ host, appId, installationId }) => `${host} ${appId} ${installationId}`),
  );
  expectUnique(bindings.map(({ attemptId }) => attemptId));
  for (const { organizationId, installationId, attemptId } of bindings) {
    const lines = await store.audit.list({ organizationId }, 10_000);
    const binds = lines.filter(
      ({ action, target, details }) =>
        action === "installation.bind" &&
        target === String(installationId) &&
        details.includes(attemptId),
    );
    expect(binds).toHaveLength(1);
    expect(await store.attempts.find(attemptId)).toMatchObject({ status: "bound", installationId });
  }
}

function expectUnique(values: readonly string[]): void {
  expect(new Set(values).size).toBe(values.length);
}
