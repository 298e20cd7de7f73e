import { contract, errorCatalog, errorsOf, operations, routeOf } from "@layers/contracts";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { returnUrl } from "../src/connector.ts";
import { addManager, grant, succeedingCalls } from "../src/enterprise.ts";
import { type GithubBound, startGithubBound } from "../src/github-bound.ts";
import { send } from "../src/http.ts";
import { openPersonal } from "../src/personal.ts";

import { succeedingPlanCalls } from "../src/plan-calls.ts";

import { succeedingPortalCalls } from "../src/portal-calls.ts";

import { callOver, type OperationCall, transports } from "../src/transports.ts";

interface Media {
  readonly content?: { readonly "application/json": { readonly schema: object } };
}
interface OperationObject {
  readonly operationId: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: Media;
  readonly responses: Readonly<Record<string, Media>>;
}
interface Document {
  readonly openapi: string;
  readonly servers: readonly { url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

let bound: GithubBound;
let document: Document;
let byId: Map<string, OperationObject>;
let ajv: Ajv2020;
beforeAll(async () => {
  bound = await startGithubBound({ edition: "ghes-3.3" });
  const answer = await send("GET /openapi.json", bound.connector.url);
  document = answer.body as Document;
  byId = new Map(
    Object.values(document.paths)
      .flatMap((path) => Object.values(path))
      .map((operation) => [operation.operationId, operation]),
  );
  ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "https://layers.example/openapi", ...document });
});
afterAll(() => bound.connector[Symbol.asyncDispose]());

const all = [...operations(contract)];
const operationOf = (name: string): OperationObject => {
  const operation = byId.get(name);
  if (!operation) throw new Error(`${name} is not described.`);
  return operation;
};

/** Compiles a schema of the document, so that its references are found there. */
function compile(schema: object): ValidateFunction {
  const text = JSON.stringify(schema).replaceAll(
    '"#/components',
    '"https://layers.example/openapi#/components',
  );
  return ajv.compile(JSON.parse(text) as object);
}

function expectDescribed(name: string, status: number, body: unknown): void {
  const response = operationOf(name).responses[status];
  expect(`${name} ${status}: ${response ? "described" : "missing"}`).toBe(
    `${name} ${status}: described`,
  );
  const schema = response?.content?.["application/json"].schema;
  expect(schema === undefined).toBe(body === undefined);
  if (!schema) return;
  const validate = compile(schema);
  validate(body);
  expect({ name, status, errors: validate.errors }).toEqual({ name, status, errors: null });
}

function* objectsIn(node: unknown): Generator<Record<string, unknown>> {
  if (typeof node !== "object" || node === null) return;
  if (!Array.isArray(node)) yield node as Record<string, unknown>;
  for (const value of Object.values(node)) yield* objectsIn(value);
}

describe("the description of the API", () => {
  test("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate({ ...structuredClone(document) });
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(validator.version).toBe("3.1");
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
  });

  test("is the same at every address that serves it, and names the public one", async () => {
    const remote = await send("GET /openapi.json", bound.connector.remoteUrl);
    expect(remote.body).toEqual(document);
    expect(document.servers).toEqual([{ url: bound.connector.url }]);
  });

  test("needs no key", async () => {
    expect((await send("GET /openapi.json", bound.connector.url)).status).toBe(200);
  });

  test("resolves within itself, without a base of its own", () => {
    const references = new Set<string>();
    for (const object of objectsIn(document)) {
      expect(Object.keys(object)).not.toContain("$id");
      if (typeof object["$ref"] === "string") references.add(object["$ref"]);
    }
    expect(references.size).toBeGreaterThan(5);
    for (const reference of references) {
      const [, name = ""] = /^#\/components\/schemas\/(\w+)$/.exec(reference) ?? [];
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
  });

  test("has schemas that a strict validator compiles", () => {
    const strict = new Ajv2020({ strict: true, strictTypes: false });
    addFormats.default(strict);
    for (const keyword of ["openapi", "info", "servers", "security", "paths", "components"])
      strict.addKeyword(keyword);
    strict.addKeyword("example");
    strict.addSchema({ $id: "https://layers.example/strict", ...document });
    for (const name of Object.keys(document.components.schemas))
      expect(
        strict.getSchema(`https://layers.example/strict#/components/schemas/${name}`),
      ).toBeTypeOf("function");
  });

  test.each(all)("has %s, with its route and every error", (name, operation) => {
    const { method, path } = routeOf(operation);
    const described = document.paths[path]?.[method.toLowerCase()];
    expect(described?.operationId).toBe(name);
    const statuses = [
      ...Object.keys(operation.responses).map(Number),
      ...errorsOf(operation).map((code) => errorCatalog[code].status),
    ];
    expect(new Set(Object.keys(described?.responses ?? {}).map(Number))).toEqual(new Set(statuses));
  });

  test("has nothing else", () => {
    expect([...byId.keys()].toSorted()).toEqual(all.map(([name]) => name).toSorted());
  });
});

type Call = Omit<OperationCall, "name">;
type Success = [name: string, status: number, call: Call];

async function githubApiSuccesses({
  connector,
  partner: { key },
}: GithubBound): Promise<Success[]> {
  const { ghu, ghp, ...personal } = await openPersonal(connector);
  const { installationId: installation_id } = personal;
  const input = { installation_id, repository_id: personal.otherRepositoryId };
  const url = "https://errors.example/A-1";
  const content_reference_id = connector.sandbox.world.postUrl("acme-coffee/espresso-api", url);
  const text = { title: "A-1", body: "An error" };
  return [
    ["githubApi.listInstallationRepositories", 200, { key }],
    ["githubApi.listUserInstallations", 200, { key: ghu }],
    ["githubApi.listUserInstallationRepositories", 200, { key: ghu, input: { installation_id } }],
    ["githubApi.addRepository", 204, { key: ghp, input }],
    ["githubApi.removeRepository", 204, { key: ghp, input }],
    ["githubApi.createContentAttachment", 200, { key, input: { content_reference_id, ...text } }],
  ];
}

async function enterpriseSuccesses({ connector }: GithubBound): Promise<Success[]> {
  const manager = await addManager(connector);
  const { key } = manager;
  await grant(connector, manager);
  const calls = await succeedingCalls(connector, manager);
  return calls.map(([name, status, input]) => [name, status, { key, input }]);
}

async function planSuccesses({ connector }: GithubBound): Promise<Success[]> {
  const scopes = ["enterprise:write", "jobs:read"] as const;
  const planner = await connector.addPartner({ scopes });
  await grant(connector, planner);
  const calls = await succeedingPlanCalls(connector, planner);
  return calls.map(([name, status, input]) => [name, status, { key: planner.key, input }]);
}

describe("what the service answers", () => {
  const successes = async (): Promise<Success[]> => {
    const { partner, claimant, claim, token } = bound;
    const { key, organizationId } = partner;
    const auditor = await bound.connector.addPartner({ organizationId, scopes: ["org:admin"] });
    const state = "a-state-of-the-partners-own";
    return [
      ["keys.whoami", 200, { key }],
      ["audit.list", 200, { key: auditor.key }],
      ["github.installUrl", 200, { key, input: { returnUrl, state } }],
      ["github.getInstallAttempt", 200, { key, input: { state } }],
      ["github.getInstallAttempt", 200, { key: claimant.key, input: { state: claim.state } }],
      ["github.registerInstallation", 201, { key: claimant.key, input: { ...claim } }],
      ["github.getInstallation", 200, { key }],
      ["github.installationHealth", 200, { key }],
      ["github.listRepos", 200, { key, input: { limit: 200 } }],
      ["github.createToken", 201, { key }],
      [
        "github.createToken",
        201,
        { key, input: { repositories: ["espresso-api"], permissions: { contents: "read" } } },
      ],
      ["github.revokeToken", 204, { key, input: { token } }],
      ...(await githubApiSuccesses(bound)),
      ...(await enterpriseSuccesses(bound)),
      ...(await planSuccesses(bound)),
      ["github.detachInstallation", 200, { key, input: { uninstall: true } }],
      ...(await succeedingPortalCalls(bound.connector)),
    ];
  };

  test("is as described, when all goes well", async () => {
    const calls = await successes();
    expect(new Set(calls.map(([name]) => name))).toEqual(new Set(byId.keys()));
    for (const [name, status, call] of calls) {
      const answer = await callOver("REST", bound.connector, { name, ...call });
      expect(`${name} ${answer.status}`).toBe(`${name} ${status}`);
      expectDescribed(name, status, answer.body);
    }
  });

  test("is as described, when it refuses", async () => {
    const { key: scopeless } = await bound.connector.addPartner({ scopes: [] });
    const { key } = await bound.connector.addPartner();
    for (const [name] of all)
      for (const by of transports.slice(0, 2))
        for (const call of [
          {},
          { key: scopeless, input: { unknown: "x" } },
          { key, input: { unknown: "x" } },
          { key, input: { state: "a-state-that-nobody-has" } },
          { key, input: { token: "ghs_unknown" } },
          { key },
        ]) {
          const { status, body } = await callOver(by, bound.connector, { name, ...call });
          expectDescribed(name, status, body);
        }
  }, 30_000);

  test("is described as strictly as it is read", () => {
    const register = operationOf("github.registerInstallation");
    const validate = compile(register.requestBody?.content?.["application/json"].schema ?? {});
    expect(validate({ installationId: 50291845, state: "s" })).toBe(true);
    for (const body of [
      {},
      { installationId: "50291845", state: "s" },
      { installationId: 0, state: "s" },
      { installationId: 1.5, state: "s" },
      { installationId: 50291845, state: "s", orgLogin: "acme-coffee" },
    ])
      expect(validate(body)).toBe(false);
    const parametersOf = (name: string) =>
      operationOf(name).parameters.map((parameter) => [
        parameter.name,
        parameter.in,
        parameter.required,
      ]);
    expect(parametersOf("github.installUrl")).toEqual([
      ["returnUrl", "query", true],
      ["state", "query", false],
    ]);
    expect(parametersOf("github.registerInstallation")).toEqual([
      ["Idempotency-Key", "header", false],
    ]);
  });
});

describe("the documentation page", () => {
  test("and all that it loads come from here, under a policy that says so", async () => {
    const { url } = bound.connector;
    const page = await fetch(`${url}/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
    const text = await page.text();
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=/);
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) =>
      String(target),
    );
    expect(loaded).toHaveLength(3);
    for (const target of loaded) {
      expect(target).toMatch(/^\/docs\//);
      const asset = await fetch(url + target);
      expect(asset.status).toBe(200);
      expect(asset.headers.get("content-type")).toMatch(/^text\/(css|javascript); charset=utf-8$/);
      expect((await asset.text()).length).toBeGreaterThan(50);
    }
  });
});
