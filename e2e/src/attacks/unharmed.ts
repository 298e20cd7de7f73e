import { expect } from "vitest";
import type { Connector } from "../connector.ts";
import { readDatabase } from "../database.ts";
import { type Answer, send } from "../http.ts";
import { githubCallsDuring } from "../upstream.ts";

/** The headers of every answer. */
const onEveryAnswer = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "cross-origin-resource-policy": "same-origin",
};
const onNoAnswer = ["x-powered-by", "etag", "server", "access-control-allow-origin", "set-cookie"];

/** Checks what holds for every answer but a page. */
export function expectSafeHeaders({ headers }: Answer): void {
  const found = Object.keys(onEveryAnswer).map((name) => [name, headers.get(name)]);
  expect(Object.fromEntries(found)).toEqual(onEveryAnswer);
  expect(onNoAnswer.filter((name) => headers.has(name))).toEqual([]);
  expect(headers.get("x-request-id")).toMatch(/^req_[0-9A-HJKMNP-TV-Z]{26}$/);
}

export interface Expectations {
  /** What must be found in no answer and no line of the log. Texts shorter than 6 are not looked for. */
  readonly secrets?: readonly string[];
}

const shortest = 6;

/**
 * Makes an attack and checks what must hold after every one that is refused: nothing changed in the
 * database, GitHub was not asked, no secret got into the answer or the log, and the service goes on.
 */
export async function expectUnharmed<A extends Answer>(
  connector: Connector,
  attack: () => Promise<A>,
  { secrets = [] }: Expectations = {},
): Promise<A> {
  const before = readDatabase(connector);
  const logged = connector.logLines.length;
  const answers: A[] = [];
  const reached = await githubCallsDuring(connector, async () => {
    answers.push(await attack());
  });
  const [answer] = answers as [A];
  expectSafeHeaders(answer);
  expect(reached).toEqual([]);
  expect(readDatabase(connector)).toEqual(before);
  const told = [answer.text, ...connector.logLines.slice(logged)].join("\n");
  for (const secret of secrets.filter(({ length }) => length >= shortest))
    expect(told).not.toContain(secret);
  expect((await send("GET /readyz", connector.url)).status).toBe(200);
  return answer;
}
