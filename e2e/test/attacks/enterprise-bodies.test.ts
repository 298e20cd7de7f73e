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
import { expectRefusal } from "../../src/refusal.ts";
import { callOver, operationOf, transports } from "../../src/transports.ts";
import { intercept, type Outgoing } from "../../src/upstream.ts";

let managed: Managed;
let installationId: number;
beforeAll(async () => {
  managed = await startManaged();
  installationId = await installApp(managed.connector, managed.partner);
});
afterAll(() => managed.connector[Symbol.asyncDispose]());

const names = Object.keys(enterpriseInputs) as EnterpriseOperation[];
const ofRepositories = names.filter((name) => "repositories" in operationOf(name).input.shape);

const apps = "/enterprises/acme-corp/apps";

describe("A212: a list of repositories that is out of bounds", () => {
  const many = Array.from({ length: 51 }, (_, index) => `repository-${index}`);
  const lists: Record<string, unknown> = {
    "an empty one": [],
    "51 names": many,
    "a full name": ["acme-tea/kettle"],
    "a path": ["../kettle"],
    "a part of a path": [".."],
    "an empty name": [""],
    "a number": [1],
    "a name twice": ["kettle", "kettle"],
    "a name twice, in another case": ["kettle", "Kettle"],
    "a name of 101 characters": ["a".repeat(101)],
    "a text": "kettle",
    "no list": null,
  };

  describe.each(ofRepositories)("to %s", (name) => {
    const selected = name.endsWith(".install") || name.endsWith("Selection");
    const selection = selected ? { repository_selection: "selected" } : {};

    test.each(Object.entries(lists))("%s", async (_what, repositories) => {
      await expectInvalid(managed, {
        name: name,
        input: { ...selection, repositories },
        field: "repositories",
      });
    });
  });

  describe.each(["enterprise.install", "enterprise.setRepositorySelection"] as const)(
    "to %s",
    (name) => {
      const cases: [string, Record<string, unknown>, string][] = [
        ["selected without repositories", { repository_selection: "selected" }, "repositories"],
        [
          "all with repositories",
          { repository_selection: "all", repositories: ["kettle"] },
          "repositories",
        ],
        ["a selection in capitals", { repository_selection: "ALL" }, "repository_selection"],
        [
          "a selection that is none of them",
          { repository_selection: "some" },
          "repository_selection",
        ],
        ["two selections", { repository_selection: ["all", "selected"] }, "repository_selection"],
      ];
      test.each(cases)("%s", async (_what, input, path) => {
        await expectInvalid(managed, { name: name, input: input, field: path });
      });
    },
  );

  test("none with repositories, and none where a selection is changed", async () => {
    const none = { repository_selection: "none" };
    const repositories = ["kettle"];
    await expectInvalid(managed, {
      name: "enterprise.install",
      input: { ...none, repositories },
      field: "repositories",
    });
    await expectInvalid(managed, {
      name: "enterprise.setRepositorySelection",
      input: none,
      field: "repository_selection",
    });
  });

  test("fifty names are within them", async () => {
    const { connector, partner } = managed;
    const answer = await callOver("REST", connector, {
      name: "enterprise.addRepositories",
      key: partner.key,
      input: {
        ...enterpriseInputs["enterprise.addRepositories"],
        installation_id: installationId,
        repositories: many.slice(0, 50),
      },
    });
    // GitHub was asked: there are no such repositories.
    expect(expectRefusal(answer, "VALIDATION").issues?.[0]?.message).toContain("does not have");
  });
});

describe("A214: a client id that is none", () => {
  const ids = [
    "Iv2\r\nX-Evil: 1",
    "",
    "a".repeat(101),
    "a".repeat(5000),
    "../Iv23",
    "Iv 23",
    1,
    null,
  ];

  test.each(ids.map((id) => [String(id).slice(0, 20), id]))("%j", async (_what, client_id) => {
    await expectInvalid(managed, {
      name: "enterprise.install",
      input: { client_id },
      field: "client_id",
    });
  });

  test("of a megabyte is not even read", async () => {
    const input = { ...enterpriseInputs["enterprise.install"], client_id: "a".repeat(1_000_000) };
    for (const over of transports) {
      const call = () =>
        callOver(over, managed.connector, {
          name: "enterprise.install",
          key: managed.partner.key,
          input,
        });
      expectRefusal(await expectUnharmed(managed.connector, call), "PAYLOAD_TOO_LARGE");
    }
  });
});

/** The headers of what we sent to GitHub meanwhile. */
async function sentDuring(work: () => Promise<unknown>): Promise<Headers[]> {
  const sent: Headers[] = [];
  const between = ({ headers, send: pass }: Outgoing) => {
    sent.push(headers);
    return pass();
  };
  await intercept(managed.connector, between, work);
  return sent;
}

describe("A215: the caller's own headers", () => {
  test("go no further than to us: version, media type and credential are ours", async () => {
    const { connector, partner } = managed;
    const sent = await sentDuring(async () => {
      const bytes = toBytes(connector.url, `GET ${apps}/installable_organizations`, {
        headers: [
          `Authorization: Bearer ${partner.key}`,
          "Accept: application/vnd.github.evil-preview+json",
          "X-GitHub-Api-Version: 2022-11-28\r\nX-Evil: 1",
          "User-Agent: evil",
          "X-Forwarded-For: 203.0.113.9",
          "Cookie: evil=1",
        ],
      });
      expect((await sendBytes(connector.url, bytes)).status).toBe(200);
    });
    expect(sent.length).toBeGreaterThan(0);
    for (const headers of sent) {
      expect(headers.get("x-github-api-version")).toBe("2022-11-28");
      expect([...headers].join().toLowerCase()).not.toMatch(/evil|203\.0\.113|lp_test/);
    }
    expect(sent.at(-1)?.get("accept")).toBe("application/vnd.github+json");
    expect(sent.at(-1)?.get("authorization")).toMatch(/^Bearer ghs_/);
  });
});
