import { contract, operations } from "@layers/contracts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withChecksum } from "../../src/attacks/keys.ts";
import { fromNewAddress, postBind, startTarget, type Target } from "../../src/attacks/target.ts";
import { readDatabase } from "../../src/database.ts";
import { send } from "../../src/http.ts";
import { callOver, transports } from "../../src/transports.ts";

/** Through the whole service; set `FUZZ_RUNS` for a night. */
const numRuns = Number(process.env["FUZZ_RUNS"] ?? 300);
const limit = 60_000 + numRuns * 50;

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.connector[Symbol.asyncDispose]());

const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 600 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      ..."\u0000|\n|\r|\t| |%|+|&|=|?|#|/|\\|'|\"|<|>|~|.|-|_|a|A|0|é|\ud800|😀".split("|"),
    ),
    maxLength: 40,
  }),
);
const states = fc.oneof(
  texts,
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 16,
    maxLength: 512,
  }),
);
const transport = fc.constantFrom(...transports);

describe("O-02: whatever is given as a state", () => {
  test(
    "an install URL with it is no trouble, and it is not stored as it is",
    async () => {
      const { connector, attacker } = target;
      const returnUrl = "https://app.partner.example/cb";
      const taken: string[] = [];
      await fc.assert(
        fc.asyncProperty(transport, states, async (by, state) => {
          const call = {
            name: "github.installUrl",
            key: attacker.key,
            input: { returnUrl, state },
          };
          const { status, body } = await callOver(by, connector, call);
          const isState = /^[\x21-\x7e]{16,512}$/.test(state);
          expect([200, 422]).toContain(status);
          if (!isState) expect(status).toBe(422);
          if (status !== 200) return;
          expect(body).toMatchObject({ state });
          expect(new URL((body as { authUrl: string }).authUrl).searchParams.get("state")).toBe(
            state,
          );
          taken.push(state);
        }),
        { numRuns },
      );
      expect(taken.length).toBeGreaterThan(numRuns / 10);
      const stored = JSON.stringify(readDatabase(connector));
      for (const state of taken) expect(stored).not.toContain(JSON.stringify(state).slice(1, -1));
    },
    limit,
  );

  test(
    "a registration with it is refused, and nothing is written",
    async () => {
      const { connector, attacker, proof } = target;
      const before = readDatabase(connector);
      await fc.assert(
        fc.asyncProperty(transport, states, async (by, state) => {
          const body = JSON.stringify({ ...proof, state });
          const { status } = await postBind(by, connector, { key: attacker.key, body });
          expect(status).toBe(422);
        }),
        { numRuns },
      );
      expect(readDatabase(connector)).toEqual(before);
    },
    limit,
  );
});

describe("A101: whatever is given as a body", () => {
  const json = fc.oneof(
    fc.json({ maxDepth: 6 }),
    fc.string({
      unit: fc.constantFrom(
        ...'{|}|[|]|"|,|:|\\|0|1|9|.|e|E|+|-|true|false|null|u| |\u0000|é|__proto__'.split("|"),
      ),
      maxLength: 200,
    }),
    fc.record({ installationId: fc.anything(), state: fc.anything() }).map((each) => {
      try {
        return JSON.stringify(each) ?? "";
      } catch {
        return "{}";
      }
    }),
  );
  const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => new Uint8Array(each));

  test(
    "a registration with it is a refusal of the caller's, never a failure of ours",
    async () => {
      const { connector, attacker } = target;
      const before = readDatabase(connector);
      const prototype = Object.getOwnPropertyNames(Object.prototype);
      await fc.assert(
        fc.asyncProperty(transport, fc.oneof(json, bytes), async (by, body) => {
          const { status } = await postBind(by, connector, { key: attacker.key, body });
          expect([400, 422]).toContain(status);
        }),
        { numRuns },
      );
      expect(readDatabase(connector)).toEqual(before);
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
    },
    limit,
  );
});

describe("A025: whatever is given as a key", () => {
  const pieces = fc
    .array(fc.constantFrom("lp", "_", "test", "live", "0123456789ABCD", "A".repeat(43), "000000"), {
      maxLength: 9,
    })
    .map((parts) => parts.join(""));
  const printable = fc.string({ unit: "grapheme-ascii", maxLength: 120 });
  const nearly = fc
    .tuple(fc.stringMatching(/^[0-9A-Z]{12,16}$/), fc.stringMatching(/^[\w-]{40,46}$/))
    .map(([keyId, secret]) => withChecksum(`lp_test_${keyId}_${secret}`));

  test(
    "it is refused with the one body",
    async () => {
      const { connector } = target;
      const bodies = new Set<string>();
      await fc.assert(
        fc.asyncProperty(transport, fc.oneof(pieces, printable, nearly), async (by, text) => {
          const headers = { ...fromNewAddress(), authorization: `Bearer ${text}` };
          const answer = await callOver(by, connector, { name: "keys.whoami", headers });
          expect(answer.status).toBe(401);
          bodies.add(answer.text);
        }),
        { numRuns },
      );
      expect(bodies.size).toBe(1);
    },
    limit,
  );
});

describe("A019: whatever is given as a path and a query", () => {
  const segment = fc.constantFrom(
    ..."v1 github installation install-url trpc keys.whoami .. . %2e %2f %00 %ff // \\ ; : @ * __proto__ constructor , é".split(
      " ",
    ),
  );
  const path = fc.array(segment, { maxLength: 8 }).map((parts) => `/${parts.join("/")}`);
  const query = fc.array(fc.tuple(segment, segment), { maxLength: 5 });
  const known = new Set([...operations(contract)].map(([, { rest }]) => rest.split(" ")[0]));

  test(
    "it is found or it is not, and never a failure of ours",
    async () => {
      const { connector, victim } = target;
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...known), path, query, async (method, at, pairs) => {
          const asked = pairs.map(([name, value]) => `${name}=${value}`).join("&");
          const url = new URL(connector.url);
          const { status } = await send(`${method} ${at}?${asked}`, url.origin, {
            key: victim.key,
            ...(method === "POST" && { body: {} }),
          });
          expect(status).toBeGreaterThanOrEqual(200);
          expect(status).toBeLessThan(500);
        }),
        { numRuns },
      );
    },
    limit,
  );

  test("the service goes on", async () => {
    expect((await send("GET /readyz", target.connector.url)).status).toBe(200);
  });
});
