import { contract, isGitHubCompatible, operations } from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromNewAddress, startTarget, type Target } from "../../src/attacks/target.ts";
import { expectUnharmed } from "../../src/attacks/unharmed.ts";
import { sendBytes, toBytes } from "../../src/attacks/wire.ts";
import { type Request, send } from "../../src/http.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { callOver, operationOf, transports } from "../../src/transports.ts";

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.connector[Symbol.asyncDispose]());

const read = "GET /v1/github/installation";
/** Keys: of who attacks, and of another organization. */
const mine = () => target.attacker.key;
const theirs = () => target.victim.key;

function attack(line: string, request: Request = {}) {
  const headers = { ...fromNewAddress(), ...request.headers };
  const secrets = [mine(), theirs(), mine().slice(-49)];
  return expectUnharmed(
    target.connector,
    () => send(line, target.connector.url, { ...request, headers }),
    { secrets },
  );
}

const refusedBody = '{"error":"A valid credential is required.","code":"UNAUTHENTICATED"}';

const credentials: [id: string, what: string, authorization: () => string][] = [
  ["A023", "empty", () => ""],
  ["A023", "a scheme alone", () => "Bearer"],
  ["A023", "a scheme and a space", () => "Bearer "],
  ["A023", "Basic", () => `Basic ${btoa(`${mine()}:`)}`],
  ["A023", "Basic with the key as password", () => `Basic ${btoa(`x:${mine()}`)}`],
  ["A023", "two spaces", () => `bearer  ${mine()}`],
  ["A023", "a word more", () => `Bearer ${mine()} x`],
  ["A023", "a parameter more", () => `Bearer ${mine()}, realm=x`],
  ["A023", "a comma for the space", () => `Bearer,${mine()}`],
  ["A023", "two keys", () => `Bearer ${mine()},${theirs()}`],
  ["A023", "Token", () => `Token ${mine()}`],
  ["A023", "Digest", () => `Digest ${mine()}`],
  ["A023", "no scheme", mine],
  ["A023", "the key in quotes", () => `Bearer "${mine()}"`],
  ["A023", "Bearer twice", () => `Bearer Bearer ${mine()}`],
  ["A025", "another key's secret", () => `Bearer ${mine().slice(0, 23)}${theirs().slice(23)}`],
  ["A025", "SQL in the id", () => `Bearer lp_test_' OR 1=1--_${mine().slice(23)}`],
  ["A025", "escaped SQL in the id", () => `Bearer lp_test_%27%20OR%201=1--${mine().slice(23)}`],
  ["A025", "a path in the id", () => `Bearer lp_test_../../etc_${mine().slice(23)}`],
  ["A025", "10,000 characters", () => `Bearer lp_test_${"A".repeat(9985)}`],
  ["A025", "the id alone", () => `Bearer ${mine().slice(0, 23)}`],
  ["A025", "a key in lower case", () => `Bearer ${mine().toLowerCase()}`],
  ["A025", "a key without its last letter", () => `Bearer ${mine().slice(0, -1)}`],
  ["A025", "a key with a letter more", () => `Bearer ${mine()}A`],
  ["A035", "the other environment", () => `Bearer ${mine().replace("_test_", "_live_")}`],
  ["A035", "no environment", () => `Bearer ${mine().replace("_test_", "_")}`],
  ["A040", "a tab for the space", () => `Bearer\t${mine()}`],
  ["A040", "a no-break space for the space", () => `Bearer\u00a0${mine()}`],
  ["A040", "GitHub's own token", () => "Bearer ghs_16C7e42F292c6912E7710c838347Ae178B4a"],
  ["A040", "a JSON Web Token", () => `Bearer ${btoa('{"alg":"none"}')}.${btoa("{}")}.`],
];

describe("a credential", () => {
  test.each(credentials)("%s K-05: with %s is refused as every other", async (...row) => {
    const answer = await attack(read, { headers: { authorization: row[2]() } });
    expectRefusal(answer, "UNAUTHENTICATED");
    expect(answer.text).toBe(refusedBody);
  });

  test("A025: with a NUL is no request", async () => {
    const headers = [`Authorization: Bearer ${mine()}\0`];
    const bytes = toBytes(target.connector.url, read, { headers });
    const answer = await expectUnharmed(target.connector, () =>
      sendBytes(target.connector.url, bytes, { untilClosed: true }),
    );
    expect(answer.status).toBe(400);
  });

  test("A040: with a full-width letter in its scheme is refused", async () => {
    const line = `Authorization: \xef\xbc\xa2earer ${mine()}`;
    const forwarded = `X-Forwarded-For: ${fromNewAddress()["x-forwarded-for"]}`;
    const bytes = toBytes(target.connector.url, read, { headers: [line, forwarded] });
    const answer = await expectUnharmed(target.connector, () =>
      sendBytes(target.connector.url, bytes),
    );
    expect(answer.text).toBe(refusedBody);
  });

  test.each(["bearer", "BEARER", "bEaReR"])("A023: is taken after %s", async (scheme) => {
    const headers = { authorization: `${scheme} ${theirs()}` };
    expect((await attack(read, { headers })).status).toBe(200);
  });

  const twice: [what: string, headers: () => string[]][] = [
    ["two keys", () => [`Authorization: Bearer ${mine()}`, `Authorization: Bearer ${theirs()}`]],
    ["the same key", () => [`Authorization: Bearer ${mine()}`, `authorization: Bearer ${mine()}`]],
    ["a key and nothing", () => [`Authorization: Bearer ${mine()}`, "Authorization:"]],
    ["a key after Basic", () => ["Authorization: Basic eDp5", `Authorization: Bearer ${mine()}`]],
  ];
  describe.each(twice)("A026 O-15: twice in a request, %s,", (_what, headers) => {
    test.each(["url", "remoteUrl"] as const)("is refused through %s", async (door) => {
      const url = target.connector[door];
      const bytes = toBytes(url, read, { headers: headers() });
      const answer = await expectUnharmed(target.connector, () => sendBytes(url, bytes));
      expectRefusal(answer, "UNAUTHENTICATED");
      expect(answer.text).toBe(refusedBody);
    });

    test("is refused over tRPC", async () => {
      const { url } = target.connector;
      const bytes = toBytes(url, "GET /trpc/github.getInstallation", { headers: headers() });
      const answer = await expectUnharmed(target.connector, () => sendBytes(url, bytes));
      expect(answer.status).toBe(401);
    });
  });
});

describe("a key that is not in Authorization", () => {
  const elsewhere: [id: string, where: string, request: () => Request][] = [
    ["A022", "X-Api-Key", () => ({ headers: { "x-api-key": mine() } })],
    ["A022", "Api-Key", () => ({ headers: { "api-key": mine() } })],
    ["A022", "X-Authorization", () => ({ headers: { "x-authorization": `Bearer ${mine()}` } })],
    [
      "A022",
      "Proxy-Authorization",
      () => ({ headers: { "proxy-authorization": `Bearer ${mine()}` } }),
    ],
    ["A022", "a cookie", () => ({ headers: { cookie: `key=${mine()}` } })],
    ["A022", "the session's cookie", () => ({ headers: { cookie: `sb-access-token=${mine()}` } })],
    [
      "A022",
      "a cookie of its name",
      () => ({ headers: { cookie: `Authorization=Bearer ${mine()}` } }),
    ],
    ["A022", "the body", () => ({ body: { apiKey: mine(), ...target.proof } })],
    [
      "A022",
      "the body as a header's name",
      () => ({ body: { authorization: `Bearer ${mine()}` } }),
    ],
  ];
  test.each(elsewhere)("%s K-13: but in %s is nothing", async (...row) => {
    const answer = await attack("POST /v1/github/installation", { body: {}, ...row[2]() });
    expect(answer.text).toBe(refusedBody);
  });

  test.each(["apiKey", "api_key", "key", "token", "access_token", "authorization", "bearer"])(
    "A022 K-13: but in the query as %s is nothing, and gets into no log",
    async (name) => {
      const answer = await attack(`${read}?${name}=${mine()}`);
      expect(answer.text).toBe(refusedBody);
      const beside = await attack(`${read}?${name}=${mine()}`, { key: theirs() });
      expectRefusal(beside, "VALIDATION");
    },
  );
});

describe("an organization", () => {
  test.each([
    ["X-Org-Id", "x-org-id"],
    ["X-Organization-Id", "x-organization-id"],
    ["X-Tenant", "x-tenant"],
  ])("A032: of another is not reached with %s", async (_what, name) => {
    const headers = { [name]: target.victim.organizationId };
    expectRefusal(await attack(read, { key: mine(), headers }), "NOT_FOUND");
    const own = { [name]: target.attacker.organizationId };
    expect((await attack(read, { key: theirs(), headers: own })).body).toMatchObject({
      installationId: target.victimsInstallationId,
    });
  });

  test.each(["orgId", "organizationId", "org", "installationId", "account"])(
    "A032: in the query as %s is an unknown key",
    async (name) => {
      const path = `${read}?${name}=${target.victim.organizationId}`;
      const { issues } = expectRefusal(await attack(path, { key: mine() }), "VALIDATION");
      expect(issues).toEqual([{ path: name, message: "Unknown key." }]);
    },
  );

  test.each(["url", "remoteUrl"] as const)(
    "A032: in a GET's body is no request at %s",
    async (door) => {
      const { connector, victim } = target;
      const headers = [`Authorization: Bearer ${mine()}`, "Content-Type: application/json"];
      const body = JSON.stringify({ orgId: victim.organizationId });
      const bytes = toBytes(connector[door], read, { headers, body });
      const answer = await expectUnharmed(connector, () => sendBytes(connector[door], bytes));
      expectRefusal(answer, "BAD_REQUEST");
    },
  );
});

describe("what only an operator may do", () => {
  test.each(["*", "com", "co.uk", "*.com", "github.io", "", "https://evil.example", "a b"])(
    "A031 K-17: no key may return to %j",
    async (domain) => {
      const { operator, store } = target.connector;
      const { organizationId, apiKeyId } = target.attacker;
      const before = await store.keys.list(organizationId);
      const refused = expect.objectContaining({ code: "VALIDATION" }) as Error;
      await expect(operator.addDomain(apiKeyId, domain)).rejects.toEqual(refused);
      const key = { organizationId, name: "x", scopes: [], tier: "standard" } as const;
      const created = operator.createKey({ ...key, allowedReturnDomains: [domain] });
      await expect(created).rejects.toEqual(refused);
      expect(await store.keys.list(organizationId)).toEqual(before);
    },
  );

  test("A031 K-17: no operation makes, changes or lists keys", () => {
    // The organizations that GitHub's own routes list are GitHub's.
    const ours = [...operations(contract)].filter(([, each]) => !isGitHubCompatible(each));
    const names = ours.map(([name]) => name);
    expect(names.filter((name) => /key|domain|tier|org/i.test(name))).toEqual(["keys.whoami"]);
    expect(operationOf("keys.whoami").kind).toBe("query");
  });
});

describe("a key without github:admin", () => {
  const admin = [...operations(contract)].filter(
    ([
      ,
      {
        access: { partner = [] },
      },
    ]) => partner.length > 0 && !partner.includes("github:token"),
  );
  describe.each(admin.map(([name]) => name))("A029 K-09: does not reach %s", (name) => {
    test.each(transports)("over %s", async (transport) => {
      const { connector, attacker, proof } = target;
      const { organizationId } = attacker;
      const scopes = ["github:token"] as const;
      const { key } = await connector.addPartner({ organizationId, scopes });
      const returnUrl = "https://app.partner.example/cb";
      const input = { ...proof, returnUrl, uninstall: true };
      const answer = await expectUnharmed(connector, () =>
        callOver(transport, connector, { name, key, input }),
      );
      expectRefusal(answer, "FORBIDDEN_SCOPE");
    });
  });
});
