import { type Edition, readDescription } from "./description.ts";
import { compileDescription, pointer } from "./schemas.ts";

export type ApiVersion = "2022-11-28" | "2026-03-10";

/** An answer, and the request that it is to. */
export interface JudgedAnswer {
  edition: Edition;
  /** `2022-11-28`, GitHub's default, when absent. */
  version?: ApiVersion;
  /** In either case. */
  method: string;
  /** Without host, prefix and query: `/orgs/globex/installation`, or GitHub's own template. */
  path: string;
  status: number;
  /** As parsed from JSON; `undefined` or an empty text when there is none. */
  body?: unknown;
}

/**
 * What GitHub's own description has against an answer, one sentence each: empty when it has nothing.
 * Errors that it does not list are judged by its `basic-error`, since no list of its is complete.
 */
export type BodyJudge = (answer: JudgedAnswer) => string[];

type Court = ReturnType<typeof createCourt>;

const basicError = pointer("components", "schemas", "basic-error");

const parametersIn = (template: string) => template.split("{").length;

function matches(template: string, path: string): boolean {
  const wanted = template.split("/");
  const parts = path.split("/");
  const fits = (part: string, index: number) =>
    part.startsWith("{") ? parts[index] !== "" : parts[index] === part;
  return wanted.length === parts.length && wanted.every(fits);
}

/** One edition at one version. Ajv compiles a schema when it is first asked for. */
function createCourt(edition: Edition, version: ApiVersion) {
  const description = readDescription(edition, version);
  const templates = Object.keys(description.paths).toSorted(
    (left, right) => parametersIn(left) - parametersIn(right),
  );
  const complaints = compileDescription(description);

  /** Where the body's schema stands; null when there must be no body, undefined when it says nothing. */
  function schemaFor({ method, path, status }: JudgedAnswer): string | null | undefined {
    const template = templates.find((candidate) => matches(candidate, path)) ?? "";
    const name = method.toLowerCase();
    const operation = description.paths[template]?.[name];
    const answer = operation?.responses[status];
    if (answer?.schema)
      return pointer("paths", template, name, "responses", String(status), "schema");
    if (operation && status >= 400) return basicError;
    return answer && null;
  }

  return { schemaFor, complaints };
}

function judgeBody({ complaints }: Court, schema: string | null, body: unknown): string[] {
  if (schema === null) return body === undefined || body === "" ? [] : ["there must be no body"];
  return complaints(schema, body);
}

/** Makes a judge of GitHub's answers. Keep it: a description is read and compiled once. */
export function createBodyJudge(): BodyJudge {
  const courts = new Map<string, Court>();

  function courtOf(edition: Edition, version: ApiVersion): Court {
    const key = `${edition} ${version}`;
    const court = courts.get(key) ?? createCourt(edition, version);
    courts.set(key, court);
    return court;
  }

  return (answer) => {
    const { edition, version = "2022-11-28", method, path, status, body } = answer;
    const court = courtOf(edition, version);
    const schema = court.schemaFor(answer);
    if (schema === undefined)
      return [`${edition} ${version} describes no ${status} of ${method.toUpperCase()} ${path}`];
    return judgeBody(court, schema, body);
  };
}
