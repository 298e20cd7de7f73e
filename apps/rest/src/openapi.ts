import * as contracts from "@layers/contracts";
import {
  type Access,
  acceptsIdempotencyKey,
  type Contract,
  contract,
  errorCatalog,
  errorsOf,
  isGitHubCompatible,
  noContent,
  type Operation,
  operations,
  pathsOf,
  routeOf,
} from "@layers/contracts";
import { z } from "zod";

type Json = Record<string, unknown>;

const reference = (id: string) => `#/components/schemas/${id}`;
const jsonContent = (schema: unknown) => ({ content: { "application/json": { schema } } });

/** Renders the contract as an OpenAPI 3.1 document. */
export function openApiDocument(publicUrl: string, operationTree: Contract = contract): Json {
  const models = collectModels();
  const paths: Record<string, Json> = {};
  for (const [name, operation] of operations(operationTree)) {
    const { method, path } = routeOf(operation);
    paths[path] = { ...paths[path], [method.toLowerCase()]: toOperation(name, operation, models) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Layers Connector",
      version: "1",
      description: "Install a GitHub App at your customers, and keep what follows true.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key: `lp_live_…`." },
        session: { type: "http", scheme: "bearer", description: "A portal user's session token." },
        sessionCookie: {
          type: "apiKey",
          in: "cookie",
          name: "sb-access-token",
          description: "The same as a cookie, from the portal's own pages.",
        },
        githubToken: {
          type: "http",
          scheme: "bearer",
          description: "A credential of GitHub, which is passed through and never kept.",
        },
      },
      schemas: toSchemas(models),
    },
  };
}

type Models = ReturnType<typeof collectModels>;

/** Every exported schema that has an id is a model of its own. */
function collectModels() {
  const models = z.registry<{ id: string }>();
  for (const exported of Object.values(contracts)) {
    const id = exported instanceof z.ZodType ? exported.meta()?.id : undefined;
    if (id) models.add(exported as z.ZodType, { id });
  }
  return models;
}

function toSchemas(models: Models): Json {
  const { schemas } = z.toJSONSchema(models, { uri: reference });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, schema]) => [id, withoutIds(schema)]),
  );
}

/** `$id` would change the base of every `$ref` in the document. */
function withoutIds({ $id: _id, $schema: _schema, ...schema }: Json): Json {
  return schema;
}

function toOperation(name: string, operation: Operation, models: Models): Json {
  return {
    operationId: name,
    tags: [name.split(".", 1)[0]],
    summary: operation.summary,
    description: describe(operation),
    security: toSecurity(operation.access),
    ...toRequest(operation),
    responses: { ...toSuccesses(operation, models), ...toErrors(operation) },
  };
}

function describe(operation: Operation): string {
  const { description, access, budget, alsoAt, githubDocs } = operation;
  const paragraphs = [
    description,
    alsoAt && `Also at ${inCode(alsoAt)}.`,
    githubDocs && `As [GitHub's own route](${githubDocs}); served under \`/api/v3\` too.`,
    describeAccess(access),
    `Budget: \`${budget}\`.`,
  ];
  return paragraphs.filter(Boolean).join("\n\n");
}

const inCode = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(" or ");

function describeAccess({ partner, portal, github }: Access): string {
  const lines = [
    partner?.length && `Scope: ${inCode(partner)}.`,
    portal && `Portal users: ${inCode(portal)}.`,
    github && `Credentials of GitHub: ${inCode(github.map((kind) => `${kind}_`))}.`,
  ];
  return lines.filter(Boolean).join("\n\n");
}

const toSecurity = ({ partner, portal, github }: Access): Json[] => [
  ...(partner ? [{ apiKey: [] }] : []),
  ...(portal ? [{ session: [] }, { sessionCookie: [] }] : []),
  ...(github ? [{ githubToken: [] }] : []),
];

function toSuccesses({ responses }: Operation, models: Models): Json {
  const entries = Object.entries(responses).map(([status, body]) => {
    if (body === noContent) return [status, { description: "Done." }];
    const id = models.get(body)?.id;
    const schema = id ? { $ref: reference(id) } : withoutIds(z.toJSONSchema(body) as Json);
    return [status, { description: "Success.", ...jsonContent(schema) }];
  });
  return Object.fromEntries(entries);
}

function toErrors(operation: Operation): Json {
  const id = isGitHubCompatible(operation) ? "GitHubErrorEnvelope" : "ErrorEnvelope";
  const envelope = { $ref: reference(id) };
  const byStatus = Map.groupBy(errorsOf(operation), (code) => errorCatalog[code].status);
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, codes]) => {
        const description = codes
          .map((code) => `\`${code}\`: ${errorCatalog[code].error}`)
          .join("\n\n");
        return [status, { description, ...jsonContent(envelope) }];
      }),
  );
}

/** Splits the flat input into path and query parameters and a body. */
function toRequest(operation: Operation): Json {
  const { parameters, inputIn } = routeOf(operation);
  const schema = withoutIds(z.toJSONSchema(operation.input, { io: "input" }));
  const {
    properties,
    required = [],
    ...rest
  } = schema as {
    properties: Record<string, Json>;
    required?: string[];
  };
  const elsewhere = pathsOf(operation).flatMap((path) => path.parameters);
  const names = Object.keys(properties).filter(
    (name) => parameters.includes(name) || !elsewhere.includes(name),
  );
  const place = (name: string) => (parameters.includes(name) ? "path" : inputIn);
  const inBody = names.filter((name) => place(name) === "body");
  const outside = names.filter((name) => place(name) !== "body");
  const body = {
    ...rest,
    properties: Object.fromEntries(inBody.map((name) => [name, properties[name]])),
    required: required.filter((name) => inBody.includes(name)),
  };
  return {
    parameters: [
      ...outside.map((name) => toParameter(name, place(name), { properties, required })),
      ...(acceptsIdempotencyKey(operation) ? [idempotencyParameter] : []),
    ],
    ...(inputIn === "body" && { requestBody: { required: true, ...jsonContent(body) } }),
  };
}

interface Shape {
  readonly properties: Record<string, Json>;
  readonly required: readonly string[];
}

function toParameter(name: string, place: string, { properties, required }: Shape): Json {
  const { description, ...schema } = properties[name] ?? {};
  return {
    name,
    in: place,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  };
}

const idempotencyParameter = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Repeating a request with the same key and body answers the same again, for 24 hours.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};
