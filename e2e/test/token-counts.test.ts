import { expect, test } from "vitest";
import { startConnector } from "../src/connector.ts";
import { send } from "../src/http.ts";
import { bindAcme } from "../src/journey.ts";

test("wishes for a token are counted by where it came from", async () => {
  await using connector = await startConnector();
  const partner = await connector.addPartner();
  const { key } = partner;
  await bindAcme(connector, partner);
  const before = { ...connector.counts.tokens };
  const mint = () =>
    send("POST /v1/github/installation/token", connector.url, {
      key,
      body: { permissions: { metadata: "read" } },
    });
  await Promise.all([mint(), mint(), mint()]);
  await mint();
  const { tokens } = connector.counts;
  expect(tokens.minted - before.minted).toBe(1);
  expect(tokens.joined + tokens.memory - before.joined - before.memory).toBe(3);
  expect(tokens.joined - before.joined).toBeGreaterThan(0);
});
