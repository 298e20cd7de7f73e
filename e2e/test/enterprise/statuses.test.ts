import type { GitHub } from "@layers/api";
import {
  AnyErrorEnvelope,
  type ErrorCode,
  errorsOf,
  expandRoute,
  routeOf,
} from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromNewAddress } from "../../src/attacks/target.ts";
import { type Connector, startConnector } from "../../src/connector.ts";
import {
  addManager,
  type EnterpriseOperation,
  enterpriseInputs,
  grant,
  type Managed,
  startManaged,
  succeedingCalls,
} from "../../src/enterprise.ts";
import { createFaultyStore } from "../../src/faults/faulty-store.ts";
import { type Answer, send } from "../../src/http.ts";
import { mintAtGitHub } from "../../src/personal.ts";
import { callOver, type OperationCall, operationOf } from "../../src/transports.ts";
import { endFaults } from "../../src/upstream.ts";

const names = Object.keys(enterpriseInputs) as EnterpriseOperation[];

let managed: Managed;
/** Whose GitHub breaks in a way that nobody thought of. */
let broken: Connector;
const storage = createFaultyStore();
let ghs: string;
let ghp: string;
let wrongScope: string;
beforeAll(async () => {
  managed = await startManaged({ wrapStore: storage.wrap });
  const { connector } = managed;
  const { installation } = connector.sandbox.world.enterprise("acme-corp");
  ghs = await mintAtGitHub(connector, installation?.id ?? 0);
  ghp = connector.sandbox.world.createPersonalToken("octo-admin", { kind: "classic", scopes: [] });
  wrongScope = (await connector.addPartner()).key;
  broken = await startConnector({ github: { host: "https://github.example" } as GitHub });
});
afterAll(async () => {
  await managed.connector[Symbol.asyncDispose]();
  await broken[Symbol.asyncDispose]();
});

type Changes = Omit<OperationCall, "name">;

/** Calls as the partner does, unless something else is said. */
const ask = (name: EnterpriseOperation, { input, ...changes }: Changes = {}, at = managed) =>
  callOver("REST", at.connector, {
    name,
    key: at.partner.key,
    headers: fromNewAddress(),
    input: { ...enterpriseInputs[name], ...input },
    ...changes,
  });

/** Sends a body as it is. */
function sendBody(name: EnterpriseOperation, body: string, type = "application/json") {
  const { method, path } = expandRoute(operationOf(name), enterpriseInputs[name]);
  const headers = { "content-type": type };
  const { connector, partner } = managed;
  return send(`${method} ${path}`, connector.url, { key: partner.key, headers, body });
}

async function whileFailing(
  fault: { readonly kind: "status"; readonly status: 500 } | { readonly kind: "secondary-limit" },
  name: EnterpriseOperation,
): Promise<Answer> {
  const { connector } = managed;
  const path = routeOf(operationOf(name)).path.replaceAll(/\{\w+\}/g, "*");
  connector.sandbox.fault({ ...fault, match: { path } });
  const answer = await ask(name, { key: ghs });
  endFaults(connector);
  connector.forgetOutages();
  return answer;
}

async function whileApp(is: "suspended" | "gone", name: EnterpriseOperation): Promise<Answer> {
  const { connector } = managed;
  const { world } = connector.sandbox;
  // An organization of its own, which knows the enterprise by nothing yet.
  const manager = await addManager(connector);
  await grant(connector, manager);
  connector.advance(61);
  const act = is === "gone" ? world.uninstallFromEnterprise : world.suspendOnEnterprise;
  act("acme-corp");
  const answer = await ask(name, { key: manager.key });
  if (is === "gone") world.installOnEnterprise("acme-corp");
  else world.unsuspendOnEnterprise("acme-corp");
  return answer;
}

async function whileStorageFails(name: EnterpriseOperation): Promise<Answer> {
  storage.arm("lasting", 1);
  const answer = await ask(name);
  storage.disarm();
  return answer;
}

/** How a call comes to each of its refusals. */
const causes: Partial<Record<ErrorCode, (name: EnterpriseOperation) => Promise<Answer>>> = {
  BAD_REQUEST: (name) =>
    send(
      routeOf(operationOf(name)).method.concat(" /enterprises/acme%2fcorp/apps"),
      managed.connector.url,
      { key: managed.partner.key },
    ),
  UNAUTHENTICATED: (name) => ask(name, { key: undefined }),
  FORBIDDEN_SCOPE: (name) => ask(name, { key: wrongScope }),
  FORBIDDEN: (name) => ask(name, { key: ghp }),
  NOT_FOUND: (name) => ask(name, { input: { enterprise: "nobodys" } }),
  VALIDATION: (name) => ask(name, { input: { unknown: 1 } }),
  PAYLOAD_TOO_LARGE: (name) => sendBody(name, JSON.stringify("a".repeat(70_000))),
  UNSUPPORTED_MEDIA_TYPE: (name) => sendBody(name, "{}", "text/plain"),
  RATE_LIMITED: (name) => whileFailing({ kind: "secondary-limit" }, name),
  GITHUB_UNAVAILABLE: (name) => whileFailing({ kind: "status", status: 500 }, name),
  INSTALLATION_SUSPENDED: (name) => whileApp("suspended", name),
  INSTALLATION_UNINSTALLED: (name) => whileApp("gone", name),
  INTERNAL: (name) => ask(name, { key: ghs }, { ...managed, connector: broken }),
  UNAVAILABLE: whileStorageFails,
};

describe.each(names)("%s", (name) => {
  test.each(errorsOf(operationOf(name)))(
    "answers %s, which the contract promises",
    async (code) => {
      const answer = await causes[code]?.(name);
      expect(AnyErrorEnvelope.parse(answer?.body).code).toBe(code);
      if (code !== "BAD_REQUEST")
        expect(answer?.body).toMatchObject({ documentation_url: operationOf(name).githubDocs });
    },
  );
});

test("every status of success is answered by some operation", async () => {
  const { connector, partner } = managed;
  const answered = new Set<string>();
  for (const [name, status, input] of await succeedingCalls(connector, partner)) {
    const answer = await ask(name, { input });
    expect([name, answer.status]).toEqual([name, status]);
    answered.add(`${name} ${answer.status}`);
  }
  const promised = names.flatMap((name) =>
    Object.keys(operationOf(name).responses).map((status) => `${name} ${status}`),
  );
  expect([...answered].toSorted()).toEqual(promised.toSorted());
});
