import { enterpriseApi } from "@layers/contracts";
import { expect, test } from "vitest";
import type { Answered, RelayRequest } from "../github-api/relay.ts";
import type { EnterpriseGrant } from "./enterprise-grant.ts";
import { type Change, requireCovered } from "./require-covered.ts";

const grant: EnterpriseGrant = {
  id: "grt_1",
  organizationId: "org_1",
  host: "https://github.example",
  enterpriseId: 1,
  slug: "acme-corp",
  installationId: 2,
  clientIds: ["Iv23covered"],
  createdAt: 0,
  revokedAt: null,
};
const input = { enterprise: "acme-corp", org: "acme-tea", installation_id: 7 };

/** GitHub with one App a page, and a page more for as long as it is asked. */
function endless(clientId: string, at: number) {
  const asked: RelayRequest[] = [];
  const read = async (request: RelayRequest): Promise<Answered> => {
    asked.push(request);
    const id = asked.length === at ? 7 : 8;
    const body = [{ id, client_id: clientId }];
    return { kind: "answered", status: 200, body, link: '</x?page=2>; rel="next"' };
  };
  return { asked, read };
}

const { install, uninstall } = enterpriseApi;
const check = (change: Change) => requireCovered(grant, change);

test("an App is known by its installation, whatever client id the input names besides", async () => {
  const { read } = endless("Iv23other", 1);
  const named = { ...input, client_id: "Iv23covered" };
  await expect(check({ operation: uninstall, input: named, read })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

test("an App that is to be installed is known by its client id, and GitHub is not asked", async () => {
  const { asked, read } = endless("Iv23other", 1);
  const named = { ...input, client_id: "Iv23covered" };
  await expect(check({ operation: install, input: named, read })).resolves.toBeUndefined();
  const other = { ...input, client_id: "iv23COVERED" };
  await expect(check({ operation: install, input: other, read })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  expect(asked).toEqual([]);
});

test("pages are read until the installation is found", async () => {
  const { asked, read } = endless("Iv23covered", 3);
  await check({ operation: uninstall, input, read });
  expect(asked.map((request) => request.input["page"])).toEqual([1, 2, 3]);
});

test("a list that never ends is given up", async () => {
  const { asked, read } = endless("Iv23covered", 1000);
  await expect(check({ operation: uninstall, input, read })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  expect(asked).toHaveLength(100);
});
