import { readFileSync } from "node:fs";
import { contract, operations } from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { fromNewAddress, startTarget, type Target } from "../../src/attacks/target.ts";
import { enterpriseInputs } from "../../src/enterprise.ts";
import type { Answer } from "../../src/http.ts";
import { withoutPaths } from "../../src/log-lines.ts";
import { callOver, type OperationCall, transports } from "../../src/transports.ts";

const all = [...operations(contract)];

let canaries = 0;
const planted: { where: string; text: string }[] = [];
/** A text that was never there before, in the shape of a secret. */
function plant(where: string): string {
  canaries += 1;
  const text = `ghs_CANARY${String(canaries).padStart(6, "0")}abcdefghij`;
  planted.push({ where, text });
  return text;
}

/** What a caller may say with each request; nobody reads most of it. */
const headerNames = [
  "cookie",
  "referer",
  "origin",
  "accept",
  "accept-language",
  "from",
  "forwarded",
  "x-api-key",
  "x-request-id",
  "x-correlation-id",
  "traceparent",
  "tracestate",
  "baggage",
  "x-real-ip",
  "x-forwarded-host",
  "x-forwarded-user",
  "x-http-method-override",
  "x-hub-signature-256",
  "x-github-token",
  "proxy-authorization",
  "if-none-match",
  "range",
  "sec-fetch-site",
];

let target: Target;
const answers: (Answer & { from: string })[] = [];
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.connector[Symbol.asyncDispose]());

const headersOf = (name: string) => ({
  ...Object.fromEntries(headerNames.map((header) => [header, plant(`${name} ${header}`)])),
  ...fromNewAddress(),
});

/** An input that names a canary wherever it takes a text, a list or a map. */
function canaryInput(name: string, shape: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(shape).map(([field, schema]) => {
      const canary = plant(`${name} ${field}`);
      const { type } = z.toJSONSchema(schema as z.ZodType, { io: "input" });
      if (type === "array") return [field, [canary]];
      // A name without the `~` is told in a refusal, so that the caller finds his mistake.
      if (type === "object") return [field, { [`~${canary}`]: canary }];
      return [field, canary];
    }),
  );
}

/** Inputs of which some are refused for their form and some for what they name. */
function inputsOf(name: string, shape: Record<string, unknown>): Record<string, unknown>[] {
  const { installationId } = target.proof;
  const returnUrl = "https://app.partner.example/cb";
  const inputs = [canaryInput(name, shape), { [`un~known${plant(name)}`]: plant(name) }];
  switch (name) {
    case "github.registerInstallation":
      return [...inputs, { installationId, state: plant(`${name} state`) }];
    case "github.installUrl":
      return [
        ...inputs,
        { returnUrl, state: plant(`${name} state`) },
        { returnUrl: `https://evil.example/${plant(name)}` },
        { returnUrl, state: `${plant(name)} with a space` },
      ];
    case "github.getInstallAttempt":
      return [...inputs, { state: plant(name) }, { attemptId: plant(name) }];
    case "github.detachInstallation":
      return inputs;
    default:
      return [...inputs, ...enterpriseInputsOf(name), {}];
  }
}

/** Those that are passed on to GitHub, with a canary in the path. */
function enterpriseInputsOf(name: string): Record<string, unknown>[] {
  const input = new Map<string, object>(Object.entries(enterpriseInputs)).get(name);
  if (!input) return [];
  const enterprise = plant(`${name} enterprise`);
  return [
    { ...input, enterprise },
    ...("org" in input ? [{ ...input, org: plant(`${name} org`) }] : []),
  ];
}

async function call(by: (typeof transports)[number], request: OperationCall): Promise<void> {
  const answer = await callOver(by, target.connector, request);
  answers.push({ ...answer, from: `${request.name} over ${by}: ${answer.status}` });
}

/** As what: nobody, somebody with a wrong key, and a partner. */
const credentials: [who: string, key: () => string | undefined][] = [
  ["nobody", () => undefined],
  ["a guesser", () => plant("authorization")],
  ["a guesser with a key's form", () => `lp_test_${plant("authorization")}`],
  ["a partner", () => target.victim.key],
];

describe("K-15 A226: a secret that is put into every header and field of every operation", () => {
  describe.each(transports)("over %s", (by) => {
    describe.each(credentials)("by %s", (_who, key) => {
      test.each(all)("%s", async (name, { input }) => {
        for (const each of inputsOf(name, input.shape)) {
          const request = { name, input: each, key: key(), headers: headersOf(name) };
          await call(by, request);
          expect(answers.at(-1)?.status).toBeLessThan(500);
        }
      });
    });
  });

  /** Where each canary is found that may not be there. */
  const foundIn = (text: string) =>
    text.includes("CANARY")
      ? planted.filter((each) => text.includes(each.text)).map(({ where }) => where)
      : [];

  test("was put into enough of them", () => {
    expect(planted.length).toBeGreaterThan(1000);
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set([200, 201, 401, 403, 404, 422]),
    );
  });

  test("is in no refusal", () => {
    for (const { status, text, from } of answers)
      expect([from, status >= 400 ? foundIn(text) : []]).toEqual([from, []]);
  });

  test("is in no success but the state that the caller chose", () => {
    const told = answers.filter(({ status }) => status < 400).flatMap(({ text }) => foundIn(text));
    expect(new Set(told)).toEqual(new Set(["github.installUrl state"]));
  });

  test("is in no header of an answer", () => {
    for (const { headers, from } of answers)
      expect([from, foundIn([...headers].join())]).toEqual([from, []]);
  });

  test("is in no line of the log", () => {
    expect(foundIn(withoutPaths(target.connector.logLines))).toEqual([]);
    expect(target.connector.logLines.length).toBeGreaterThanOrEqual(answers.length);
  });

  test("is nowhere in the database's files, nor in the audit log", () => {
    const { databaseFile } = target.connector;
    const dump = [databaseFile, `${databaseFile}-wal`]
      .map((file) => readFileSync(file, "latin1"))
      .join();
    expect(dump).toContain("installation.bind");
    expect(foundIn(dump)).toEqual([]);
  });
});
