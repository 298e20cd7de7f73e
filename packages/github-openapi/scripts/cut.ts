/**
 * Cuts GitHub's own description down to the answers of the routes in `editions.ts`.
 *
 *   npm pack @octokit/openapi@23.0.2 @octokit/openapi@2.2.1
 *   for v in 23.0.2 2.2.1; do mkdir $v && tar xzf octokit-openapi-$v.tgz -C $v; done
 *   node scripts/cut.ts DIRECTORY
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { editions } from "./editions.ts";
import { referencedBy, strip } from "./schema.ts";

interface Answer {
  $ref?: string;
  content?: Record<string, { schema: unknown }>;
}

interface Operation {
  responses: Record<string, Answer>;
  "x-github-breaking-changes"?: unknown;
}

interface Webhook {
  post: { requestBody: { content: Record<string, { schema: unknown }> } };
}

interface Description {
  "x-webhooks"?: Record<string, Webhook>;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; responses: Record<string, Answer> };
}

/**
 * The description writes this one out in place, and slips: it wants an account to be a user and an
 * enterprise at once (`allOf`), where the schema `installation` says either (`anyOf`).
 */
const corrections: Record<string, unknown> = {
  "get /app/installations 200": {
    type: "array",
    items: { $ref: "#/components/schemas/installation" },
  },
};

function cutAnswer({ components }: Description, answer: Answer, place: string) {
  const named = answer.$ref?.split("/").at(-1);
  const { content } = (named && components.responses[named]) || answer;
  const schema = corrections[place] ?? strip(content?.["application/json"]?.schema);
  return schema === undefined ? {} : { schema };
}

function cutOperation(description: Description, path: string, method: string) {
  const operation = description.paths[path]?.[method];
  if (!operation) throw new Error(`There is no ${method} ${path} in the description`);
  const responses = Object.entries(operation.responses).map(([status, answer]) => [
    status,
    cutAnswer(description, answer, `${method} ${path} ${status}`),
  ]);
  const changes = operation["x-github-breaking-changes"];
  return {
    responses: Object.fromEntries(responses),
    ...(changes !== undefined && { "x-github-breaking-changes": strip(changes) }),
  };
}

function cutWebhooks(description: Description, webhooks: Record<string, string>) {
  const names = Object.entries(webhooks).flatMap(([event, actions]) =>
    actions.split(" ").map((action) => (action === "" ? event : `${event}-${action}`)),
  );
  return Object.fromEntries(
    names.map((name) => {
      const webhook = description["x-webhooks"]?.[name];
      if (!webhook) throw new Error(`There is no webhook ${name} in the description`);
      return [name, strip(webhook.post.requestBody.content["application/json"]?.schema)];
    }),
  );
}

function reachable({ components }: Description, start: unknown): Record<string, unknown> {
  const found = new Map<string, unknown>();
  const queue = referencedBy(start);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    const schema = strip(components.schemas[name]);
    found.set(name, schema);
    queue.push(...referencedBy(schema));
  }
  return Object.fromEntries([...found].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function cut(description: Description, source: (typeof editions)["ghec"]) {
  const { operations, aliases = {}, webhooks: wanted = {} } = source;
  const paths = new Map<string, unknown>();
  for (const [path, methods] of Object.entries(operations)) {
    const kept = methods
      .split(" ")
      .map((method) => [method, cutOperation(description, path, method)]);
    paths.set(path, Object.fromEntries(kept));
  }
  for (const [alias, path] of Object.entries(aliases)) paths.set(alias, paths.get(path));
  const always = { $ref: "#/components/schemas/basic-error" };
  const webhooks = cutWebhooks(description, wanted);
  const schemas = reachable(description, [...paths.values(), webhooks, always]);
  return { paths: Object.fromEntries(paths), webhooks, schemas };
}

/** One line a path and a schema: small, and a change shows where it is. */
const lines = (entries: Record<string, unknown>) =>
  Object.entries(entries)
    .map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`)
    .join(",\n");

const directory = process.argv[2];
if (!directory) throw new Error("Name the directory that has 23.0.2/package and 2.2.1/package");
for (const [edition, source] of Object.entries(editions)) {
  const from = join(directory, source.version, "package", source.file);
  const { paths, webhooks, schemas } = cut(JSON.parse(readFileSync(from, "utf8")), source);
  const origin = JSON.stringify(`@octokit/openapi ${source.version}, ${source.file}, MIT`);
  const target = join(import.meta.dirname, `../data/${edition}.openapi.json`);
  const text = `{"x-source":${origin},\n"paths":{\n${lines(paths)}\n},\n"webhooks":{\n${lines(webhooks)}\n},\n"components":{"schemas":{\n${lines(schemas)}\n}}}\n`;
  writeFileSync(target, text);
  console.log(`${target}: ${Object.keys(schemas).length} schemas, ${text.length} bytes`);
}
