/**
 * Cuts GitHub's own description down to the answers that the stand-in gives, for its tests.
 *
 *   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
 *   node scripts/cut-description.ts package/generated/api.github.com.json
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const target = join(import.meta.dirname, "../test/description/github.openapi.json");

const operations = [
  "GET /app",
  "GET /app/installation-requests",
  "GET /app/installations",
  "GET /app/installations/{installation_id}",
  "POST /app/installations/{installation_id}/access_tokens",
  "GET /apps/{app_slug}",
  "GET /installation/repositories",
  "GET /orgs/{org}/installation",
  "GET /orgs/{org}/installations",
  "GET /orgs/{org}/memberships/{username}",
  "GET /rate_limit",
  "GET /repos/{owner}/{repo}",
  "GET /repos/{owner}/{repo}/installation",
  "GET /user",
  "GET /user/installations",
  "GET /user/installations/{installation_id}/repositories",
  "GET /user/memberships/orgs/{org}",
  "GET /users/{username}/installation",
  "GET /versions",
];

interface Content {
  schema: unknown;
}

interface Description {
  openapi: string;
  info: { title: string; version: string; license?: unknown };
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, Content> }> }>
  >;
  components: { schemas: Record<string, unknown> };
}

/** Texts that judge no answer. A property may have the same name, so only texts are dropped. */
const prose = new Set(["description", "title", "example", "examples", "x-github", "deprecated"]);

function strip(value: unknown, inProperties = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => strip(entry));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => inProperties || !prose.has(name));
  return Object.fromEntries(
    kept.map(([name, entry]) => [name, strip(entry, name === "properties" && !inProperties)]),
  );
}

const referenced = (value: unknown) =>
  [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name = ""]) => name,
  );

function reachable(description: Description, start: unknown): Record<string, unknown> {
  const found = new Map<string, unknown>();
  const queue = referenced(start);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    const schema = strip(description.components.schemas[name]);
    found.set(name, schema);
    queue.push(...referenced(schema));
  }
  return Object.fromEntries([...found].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Of an operation only the schemas of its successes: that is what the tests ask for. */
function cutOperation(description: Description, operation: string) {
  const [method = "", path = ""] = operation.split(" ");
  const declared = description.paths[path]?.[method.toLowerCase()];
  if (!declared) throw new Error(`There is no ${operation} in the description`);
  const successes = Object.entries(declared.responses).flatMap(([status, { content }]) => {
    const schema = content?.["application/json"]?.schema;
    return status.startsWith("2") && schema ? [[status, strip(schema)]] : [];
  });
  return [operation, Object.fromEntries(successes)] as const;
}

/**
 * The description writes this one out in place, and slips: it wants an account to be a user and an
 * enterprise at once (`allOf`), where the schema `installation` says either (`anyOf`).
 */
const corrections = {
  "GET /app/installations": {
    200: { type: "array", items: { $ref: "#/components/schemas/installation" } },
  },
};

const source = process.argv[2];
if (!source) throw new Error("Name the description to cut: …/generated/api.github.com.json");
const description: Description = JSON.parse(readFileSync(source, "utf8"));
const successes = {
  ...Object.fromEntries(operations.map((name) => cutOperation(description, name))),
  ...corrections,
};
const schemas = reachable(description, [successes, { $ref: "#/components/schemas/basic-error" }]);
const { title, version } = description.info;
const cut = {
  openapi: description.openapi,
  info: { title, version, "x-source": "@octokit/openapi 23.0.2, generated/api.github.com.json" },
  "x-successes": successes,
  components: { schemas },
};
writeFileSync(target, `${JSON.stringify(cut, null, 1)}\n`);
console.log(`${target}: ${operations.length} operations, ${Object.keys(schemas).length} schemas`);
