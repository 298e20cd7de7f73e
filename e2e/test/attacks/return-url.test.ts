import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allowed, ambiguous, elsewhere } from "../../src/attacks/return-urls.ts";
import { startTarget, type Target } from "../../src/attacks/target.ts";
import { expectUnharmed } from "../../src/attacks/unharmed.ts";
import { send } from "../../src/http.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { callOver, type Transport, transports } from "../../src/transports.ts";

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.connector[Symbol.asyncDispose]());

const ask = (transport: Transport, returnUrl: unknown) =>
  callOver(transport, target.connector, {
    name: "github.installUrl",
    key: target.attacker.key,
    input: { returnUrl },
  });

const attack = (transport: Transport, returnUrl: string) =>
  expectUnharmed(target.connector, () => ask(transport, returnUrl), {
    secrets: [returnUrl, encodeURIComponent(returnUrl)],
  });

describe.each(transports)("over %s", (transport) => {
  test.each(elsewhere)("%s O-01: %s is not on the list", async (_id, raw) => {
    expectRefusal(await attack(transport, raw), "RETURN_URL_NOT_ALLOWED");
  });

  test.each(ambiguous)("%s O-01: %j is malformed", async (_id, raw) => {
    const { issues } = expectRefusal(await attack(transport, raw), "VALIDATION");
    expect(issues?.map(({ path }) => path)).toEqual(["returnUrl"]);
  });

  test.each(allowed)("%s O-01: %s is stored as %s", async (_id, raw, stored) => {
    const { connector, attacker } = target;
    const answer = await ask(transport, raw);
    expect(answer.status).toBe(200);
    const { organizationId } = attacker;
    const [newest] = await connector.store.attempts.list({ organizationId }, 1);
    expect(newest?.returnUrl).toBe(stored);
  });
});

const good = encodeURIComponent("https://app.partner.example/cb");
const evil = encodeURIComponent("https://evil.example/");

describe.each(["url", "remoteUrl"] as const)("the query of an install URL through %s", (door) => {
  test.each([
    ["A041", "without it", ""],
    ["A041", "with an empty one", "returnUrl="],
    ["A041", "with one in another case", `returnurl=${good}`],
    ["A043", "with two", `returnUrl=${good}&returnUrl=${evil}`],
    ["A043", "with the same twice", `returnUrl=${good}&returnUrl=${good}`],
    ["A043", "with a second one in escapes", `returnUrl=${good}&return%55rl=${evil}`],
    ["A044", "with a list", `returnUrl[]=${good}`],
    ["A044", "with an object", `returnUrl[x]=${good}`],
    ["A044", "with a list beside it", `returnUrl=${good}&returnUrl[]=${evil}`],
    ["A044", "with a dotted one beside it", `returnUrl=${good}&returnUrl.x=${evil}`],
    ["A044", "with redirect_uri beside it", `returnUrl=${good}&redirect_uri=${evil}`],
  ])("%s: %s is refused", async (_id, _what, query) => {
    const { connector, attacker } = target;
    const path = `GET /v1/github/installation/install-url?${query}`;
    const attempt = () => send(path, connector[door], { key: attacker.key });
    const answer = await expectUnharmed(connector, attempt, { secrets: ["evil.example"] });
    expectRefusal(answer, "VALIDATION");
  });

  test.each([
    ["A088", `returnUrl=${good}%ff`],
    ["A088", "returnUrl=%c0%ae"],
    ["A088", "returnUrl=%ed%a0%80"],
    ["A088", `returnUrl=${good}%`],
    ["A088", `returnUrl=${good}&%zz=1`],
    ["A088", `returnUrl=${good}&a%00b=1`],
    ["A044", `returnUrl=${good}&__proto__=${evil}`],
  ])("%s: %s is no query", async (_id, query) => {
    const { connector, attacker } = target;
    const path = `GET /v1/github/installation/install-url?${query}`;
    const attempt = () => send(path, connector[door], { key: attacker.key });
    expectRefusal(await expectUnharmed(connector, attempt), "BAD_REQUEST");
  });
});

describe("over tRPC", () => {
  const notText = [null, 1, true, {}, [], ["https://app.partner.example/cb"], { href: "x" }];
  test.each(notText)("A044: %j is no URL", async (returnUrl) => {
    const answer = await expectUnharmed(target.connector, () => ask("tRPC", returnUrl));
    expectRefusal(answer, "VALIDATION");
  });

  test("A043: a key twice in the input is refused", async () => {
    const { connector, attacker } = target;
    const input = `{"returnUrl":"https://app.partner.example/cb","returnUrl":"https://evil.example"}`;
    const path = `GET /trpc/github.installUrl?input=${encodeURIComponent(input)}`;
    const attempt = () => send(path, connector.url, { key: attacker.key });
    const { status } = await expectUnharmed(connector, attempt, { secrets: ["evil.example"] });
    expect(status).toBe(400);
  });
});
