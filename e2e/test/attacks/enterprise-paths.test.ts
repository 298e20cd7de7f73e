import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectInvalid } from "../../src/attacks/invalid-call.ts";
import { expectUnharmed } from "../../src/attacks/unharmed.ts";
import { sendBytes, toBytes } from "../../src/attacks/wire.ts";
import {
  type EnterpriseOperation,
  enterpriseInputs,
  installApp,
  type Managed,
  startManaged,
} from "../../src/enterprise.ts";
import { send } from "../../src/http.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { callOver, operationOf } from "../../src/transports.ts";

let managed: Managed;
let installationId: number;
beforeAll(async () => {
  managed = await startManaged();
  installationId = await installApp(managed.connector, managed.partner);
});
afterAll(() => managed.connector[Symbol.asyncDispose]());

const names = Object.keys(enterpriseInputs) as EnterpriseOperation[];
const listing = names.filter((name) => "per_page" in operationOf(name).input.shape);
const ofInstallation = names.filter((name) => "installation_id" in enterpriseInputs[name]);

const apps = "/enterprises/acme-corp/apps";
const bases = () => [
  managed.connector.url,
  managed.connector.remoteUrl,
  `${managed.connector.url}/api/v3`,
];

/** Sends a path byte by byte, which no client would. */
function sendPath(base: string, line: string, body?: object) {
  const { origin, pathname } = new URL(base);
  const [method = "", path = ""] = line.split(" ");
  const prefix = pathname === "/" ? "" : pathname;
  const json = body && JSON.stringify(body);
  const headers = [
    `Authorization: Bearer ${managed.partner.key}`,
    ...(json ? ["Content-Type: application/json"] : []),
  ];
  const bytes = toBytes(origin, `${method} ${prefix}${path}`, {
    headers,
    ...(json && { body: json }),
  });
  return sendBytes(origin, bytes);
}

describe("A208: a name in the path that would lead elsewhere", () => {
  const hostile = [
    "acme%2finstallations%2f5003%2faccess_tokens",
    "acme%2Finstallations",
    "acme%5cinstallations",
    "..%2f..%2fapp",
    "%2e%2e",
    "..",
    ".",
    "acme%00",
    "acme%3fper_page=1",
    "acme%23",
    "acme%252finstallations",
    "acme;x=1",
    "acme@evil.example",
    "%EF%BC%8E%EF%BC%8E",
    "a".repeat(101),
  ];

  test.each(hostile)("%s, as an organization or an enterprise", async (name) => {
    for (const base of bases())
      for (const path of [
        `${apps}/organizations/${name}/installations`,
        `${apps}/installable_organizations/${name}/accessible_repositories`,
        `/enterprises/${name}/apps/installable_organizations`,
      ]) {
        const attack = () => sendPath(base, `GET ${path}`);
        const { status } = await expectUnharmed(managed.connector, attack);
        expect([400, 404, 422]).toContain(status);
      }
  });

  test("an encoded slash is refused before it is anything", async () => {
    const path = `${apps}/organizations/acme%2finstallations%2f5003%2faccess_tokens/installations`;
    const attack = () => sendPath(managed.connector.url, `GET ${path}`);
    expect((await expectUnharmed(managed.connector, attack)).status).toBe(400);
  });
});

describe("A209: a number of an installation that could be read in two ways", () => {
  const lines = (id: string) => {
    const path = `${apps}/organizations/acme-tea/installations/${id}`;
    return [`GET ${path}/repositories`, `DELETE ${path}`] as const;
  };

  test.each(["5001/../5003", "5001%2f..%2f5003", "5001%2F5003", "5001/..%2f"])(
    "%s is refused as a path",
    async (id) => {
      for (const base of bases())
        for (const line of lines(id)) {
          const answer = await expectUnharmed(managed.connector, () => sendPath(base, line));
          expect(answer.status).toBe(400);
        }
    },
  );

  test.each([
    "0",
    "-1",
    "1e3",
    "05001",
    "%EF%BC%99",
    "5001.0",
    "+5001",
    "9007199254740992",
    "null",
  ])("%s is refused as a number", async (id) => {
    for (const base of bases())
      for (const line of lines(id)) {
        const answer = await expectUnharmed(managed.connector, () => sendPath(base, line));
        expect([line, answer.status]).toEqual([line, 422]);
      }
  });

  test.each(ofInstallation)("nothing but an integer is one to %s over tRPC", async (name) => {
    const { connector, partner } = managed;
    for (const installation_id of ["50291845", 1.5, [1], { id: 1 }, true, 0, -1]) {
      const input = { ...enterpriseInputs[name], installation_id };
      const call = () => callOver("tRPC", connector, { name, key: partner.key, input });
      expectRefusal(await expectUnharmed(connector, call), "VALIDATION");
    }
  });
});

describe("A211: a page that is none", () => {
  const sizes = ["0", "101", "-1", "abc", "1e9", "100;drop", "", "1.5", "030"];
  const pages = ["0", "-1", "1000000000000000000", "x"];

  test.each(listing)("is refused by %s", async (name) => {
    const cases = [
      ...sizes.map((per_page) => ["per_page", { per_page }] as const),
      ...pages.map((page) => ["page", { page }] as const),
    ];
    for (const [field, input] of cases)
      await expectInvalid(managed, { name, input: { ...idOf(name), ...input }, field });
  });

  const idOf = (name: EnterpriseOperation) =>
    "installation_id" in enterpriseInputs[name] ? { installation_id: installationId } : {};
});

describe("what is said in two places", () => {
  test("is refused: the path alone names the enterprise, the organization and the App", async () => {
    const { connector, partner } = managed;
    const line = `PATCH ${apps}/organizations/acme-tea/installations/${installationId}/repositories/add`;
    for (const extra of [
      { enterprise: "umbrella" },
      { org: "acme-coffee" },
      { installation_id: 1 },
      { client_id: "Iv23other" },
    ]) {
      const body = { repositories: ["kettle"], ...extra };
      const attack = () => send(line, connector.url, { key: partner.key, body });
      expectRefusal(await expectUnharmed(connector, attack), "VALIDATION");
    }
    const query = () =>
      send(`${line}?installation_id=1`, connector.url, {
        key: partner.key,
        body: { repositories: ["kettle"] },
      });
    expectRefusal(await expectUnharmed(connector, query), "VALIDATION");
  });
});
