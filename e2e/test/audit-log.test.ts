import { createHash } from "node:crypto";
import { AuditPage } from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { bindAcme } from "../src/journey.ts";
import { callOver, transports } from "../src/transports.ts";

let connector: Connector;
let partner: Partner;
let auditor: Partner;
beforeAll(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  const { organizationId } = partner;
  auditor = await connector.addPartner({ organizationId, scopes: ["org:admin"] });
  await bindAcme(connector, partner);
});
afterAll(() => connector[Symbol.asyncDispose]());

describe.each(transports)("the audit log over %s", (transport) => {
  const read = async (key: string, input: Record<string, unknown> = {}) => {
    const answer = await callOver(transport, connector, { name: "audit.list", key, input });
    expect(answer.status).toBe(200);
    return AuditPage.parse(answer.body);
  };

  test("tells who did what to what, the newest first", async () => {
    const { items, nextCursor } = await read(auditor.key);
    expect(nextCursor).toBeNull();
    expect(items.map(({ sequence }) => sequence)).toEqual(
      items.map((_, index) => items.length - index),
    );
    expect(items.find(({ action }) => action === "installation.bind")).toMatchObject({
      actor: partner.apiKeyId,
      requestId: expect.stringMatching(/^req_/),
      details: { login: "acme-coffee" },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("names a token that was issued and revoked by its SHA-256 alone", async () => {
    const { key } = partner;
    const asked = { repositories: ["espresso-api"], permissions: { contents: "read" } };
    const mint = { name: "github.createToken", key, input: asked };
    const { token } = (await callOver(transport, connector, mint)).body as { token: string };
    const revoke = { name: "github.revokeToken", key, input: { token } };
    expect((await callOver(transport, connector, revoke)).status).toBe(204);
    const tokenSha256 = createHash("sha256").update(token).digest("hex");
    const { items } = await read(auditor.key, { limit: 2 });
    expect(items).toMatchObject([
      { action: "token.revoke", actor: partner.apiKeyId, details: { tokenSha256 } },
      {
        action: "token.issue",
        actor: partner.apiKeyId,
        details: { tokenSha256, repositories: ["espresso-api"], permissions: asked.permissions },
      },
    ]);
    expect(JSON.stringify(items)).not.toContain(token);
  });

  test("is read to its end in pages of any size, without a line twice", async () => {
    const all = (await read(auditor.key)).items.map(({ id }) => id);
    const paged: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await read(auditor.key, { limit: 2, ...(cursor && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(paged).toEqual(all);
  });

  test("takes no cursor of another list", async () => {
    const input = { cursor: Buffer.from("r1").toString("base64url") };
    const call = { name: "audit.list", key: auditor.key, input };
    const answer = await callOver(transport, connector, call);
    expect(answer).toMatchObject({
      status: 422,
      body: { fieldErrors: { cursor: expect.any(String) } },
    });
  });

  test("is an organization's own, and not for a key that only administers the installation", async () => {
    const other = await connector.addPartner({ scopes: ["org:admin"] });
    const { items } = await read(other.key);
    expect(items.map(({ action }) => action)).toEqual(["key.create", "organization.create"]);
    const refused = await callOver(transport, connector, { name: "audit.list", key: partner.key });
    expect(refused).toMatchObject({ status: 403, body: { code: "FORBIDDEN_SCOPE" } });
  });
});
