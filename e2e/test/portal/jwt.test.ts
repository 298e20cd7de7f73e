import { generateKeyPairSync, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  claimsOf,
  ecdsa,
  forge,
  hmac,
  type KeyServer,
  rsa,
  segment,
  startKeyServer,
  unsigned,
} from "../../src/attacks/forge.ts";
import { fromNewAddress } from "../../src/attacks/target.ts";
import { expectUnharmed } from "../../src/attacks/unharmed.ts";
import { type Connector, startConnector } from "../../src/connector.ts";
import { send } from "../../src/http.ts";
import {
  addUser,
  type PortalUser,
  type Presentation,
  portalCookie,
  portalIssuer,
  portalOrigin,
  portalSecret,
  presentations,
  sessionHeaders,
} from "../../src/portal.ts";
import { expectRefusal } from "../../src/refusal.ts";

let keyServer: KeyServer;
let connector: Connector;
let user: PortalUser;
beforeAll(async () => {
  keyServer = await startKeyServer();
  const { issuer, jwksUrl } = keyServer;
  const issuers = [
    { issuer: portalIssuer, secret: portalSecret },
    { issuer, jwksUrl },
  ];
  const portal = { issuers, cookieName: portalCookie, origins: [portalOrigin] };
  connector = await startConnector({ portal });
  user = await addUser(connector, (await connector.addPartner()).organizationId);
});
afterAll(async () => {
  await connector[Symbol.asyncDispose]();
  await keyServer[Symbol.asyncDispose]();
});

const complete = (presentation: Presentation, token: string) =>
  send("POST /github/app/install/complete", connector.url, {
    headers: { ...sessionHeaders(presentation, token), ...fromNewAddress() },
    body: { installation_id: 5001 },
  });

/** A token with the shared secret's good signature, whatever is in it. */
const hs = (header: object = {}, changes: object = {}) =>
  forge(
    { alg: "HS256", typ: "JWT", ...header },
    claimsOf(user.userId, { ...changes }),
    hmac(portalSecret),
  );
const ofKeys = (changes: object = {}) =>
  claimsOf(user.userId, { iss: keyServer.issuer, ...changes });
const rs = (header: object = {}) =>
  forge(
    { alg: "RS256", typ: "JWT", kid: "rsa", ...header },
    ofKeys(),
    rsa(keyServer.rsaKeys.privateKey),
  );
const es = (header: object = {}) =>
  forge({ alg: "ES256", typ: "JWT", kid: "ec", ...header }, ofKeys(), ecdsa(keyServer.ecKey));
const rawClaims = (extra: string) =>
  JSON.stringify(claimsOf(user.userId)).replace("{", `{${extra},`);
const later = () => Math.floor(Date.now() / 1000) + 120;
const known = "super-secret-jwt-token-with-at-least-32-characters-long";
const ours = { alg: "HS256", typ: "JWT" };

describe("J-01: sessions that are good", () => {
  test.each<[string, () => string]>([
    ["HS256 with the secret", () => hs()],
    ["RS256 with a published key", () => rs()],
    ["ES256 with a published key", () => es()],
    ["a list of audiences", () => hs({}, { aud: ["other", "authenticated"] })],
    ["at+jwt", () => hs({ typ: "at+jwt" })],
    ["no typ", () => forge({ alg: "HS256" }, claimsOf(user.userId), hmac(portalSecret))],
    ["thirty seconds of clock skew", () => hs({}, { nbf: later() - 95, iat: later() - 95 })],
  ])("%s", async (_what, token) => {
    for (const presentation of presentations)
      expectRefusal(await complete(presentation, token()), "GITHUB_RECONNECT");
  });
});

const attacks: [id: string, what: string, token: () => string][] = [
  ...["none", "None", "NONE", "nOnE"].flatMap((alg): typeof attacks => [
    ["A151", `alg ${alg}`, () => forge({ alg, typ: "JWT" }, claimsOf(user.userId), unsigned)],
    ["A151", `alg ${alg} with a signature`, () => hs({ alg })],
  ]),
  [
    "A152",
    "the public key as a secret",
    () => forge({ ...ours, kid: "rsa" }, ofKeys(), hmac(keyServer.rsaKeys.publicPem)),
  ],
  [
    "A152",
    "the public key as the other issuer's secret",
    () => forge(ours, claimsOf(user.userId), hmac(keyServer.rsaKeys.publicPem)),
  ],
  ...["", "undefined", "null", "secret", known].map((secret): (typeof attacks)[number] => [
    "A154",
    `the secret "${secret}"`,
    () => forge(ours, claimsOf(user.userId), hmac(secret)),
  ]),
  [
    "A155",
    "ES256 with an RSA signature",
    () =>
      forge({ alg: "ES256", typ: "JWT", kid: "ec" }, ofKeys(), rsa(keyServer.rsaKeys.privateKey)),
  ],
  [
    "A155",
    "RS256 with an EC signature",
    () => forge({ alg: "RS256", typ: "JWT", kid: "rsa" }, ofKeys(), ecdsa(keyServer.ecKey)),
  ],
  ...["PS256", "EdDSA", "RS1", "HS512", "ES384"].map((alg): (typeof attacks)[number] => [
    "A155",
    alg,
    () => rs({ alg }),
  ]),
  [
    "A157",
    "a token of one issuer, signed by another's key",
    () =>
      forge(
        { alg: "RS256", typ: "JWT", kid: "rsa" },
        claimsOf(user.userId),
        rsa(keyServer.rsaKeys.privateKey),
      ),
  ],
  [
    "A157",
    "a token of the issuer with keys, signed with the other's secret",
    () => forge(ours, ofKeys(), hmac(portalSecret)),
  ],
  ...["jku", "x5u"].flatMap((name): typeof attacks => {
    const header = { [name]: "https://evil.example/jwks.json" };
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    return [
      [
        "A158",
        `${name} and a key of the attacker's`,
        () => forge({ alg: "RS256", typ: "JWT", ...header }, ofKeys(), rsa(privateKey)),
      ],
      ["A158", `${name} and a good signature`, () => rs(header)],
    ];
  }),
  ["A158", "jwk", () => rs({ jwk: { kty: "RSA" } })],
  ...[
    "../../../../dev/null",
    "'; DROP TABLE keys;--",
    "http://169.254.169.254/",
    "a".repeat(129),
    "__proto__",
    "constructor",
    "",
  ].flatMap((kid): typeof attacks => [
    ["A160", `the key id ${kid.slice(0, 30)}, with the secret`, () => hs({ kid })],
    ["A160", `the key id ${kid.slice(0, 30)}, with a published key`, () => rs({ kid })],
  ]),
  ["A160", "a key id of 5,000 characters", () => hs({ kid: "a".repeat(5000) })],
  ["A161", 'crit ["exp"]', () => hs({ crit: ["exp"] })],
  ["A161", 'crit ["b64"] with b64 false', () => hs({ crit: ["b64"], b64: false })],
  ["A161", "zip DEF", () => hs({ zip: "DEF" })],
  [
    "A161",
    "an encrypted token",
    () =>
      `${segment({ alg: "dir", enc: "A256GCM" })}..${segment("iv")}.${segment("text")}.${segment("tag")}`,
  ],
  ["A163", "nbf in two minutes", () => hs({}, { nbf: later() })],
  ["A163", "iat in two minutes", () => hs({}, { iat: later() })],
  ...[
    `${portalIssuer}/`,
    portalIssuer.replace("project", "PROJECT"),
    "https://other.supabase.co/auth/v1",
    undefined,
    [portalIssuer],
  ].map((iss): (typeof attacks)[number] => [
    "A164",
    `the issuer ${JSON.stringify(iss)}`,
    () => hs({}, { iss }),
  ]),
  ["A166", "the role anon", () => hs({}, { role: "anon" })],
  ["A166", "the role service_role", () => hs({}, { role: "service_role" })],
  ["A166", "an anonymous user", () => hs({}, { is_anonymous: true })],
  ...[undefined, "", "1 OR 1=1", 5].map((sub): (typeof attacks)[number] => [
    "A167",
    `sub ${JSON.stringify(sub)}`,
    () => hs({}, { sub }),
  ]),
  [
    "A169",
    "sub twice",
    () =>
      forge(ours, rawClaims('"sub":"00000000-0000-4000-8000-000000000009"'), hmac(portalSecret)),
  ],
  [
    "A169",
    "alg twice",
    () => forge('{"alg":"none","alg":"HS256"}', claimsOf(user.userId), hmac(portalSecret)),
  ],
  ["A172", "two segments", () => hs().split(".").slice(0, 2).join(".")],
  ["A172", "four segments", () => `${hs()}.e30`],
  ["A172", "empty segments", () => ".."],
  ["A172", "letters", () => "a.b.c"],
  ["A172", "a leading dot", () => `.${hs()}`],
  ["A172", "a trailing dot", () => `${hs()}.`],
  ...["+", "/", "=", " ", "\t", "%2E", "é"].map((text): (typeof attacks)[number] => [
    "A173",
    `"${text}" inside`,
    () => hs().replace(".", `${text}.`),
  ]),
  ["A173", "escaped dots", () => hs().replaceAll(".", "%2E")],
  ["A173", "a quoted token", () => `"${hs()}"`],
  ["A175", "a payload that is no JSON", () => forge(ours, "sub=1", hmac(portalSecret))],
  [
    "A175",
    "a header that is a list",
    () => forge('["HS256"]', claimsOf(user.userId), hmac(portalSecret)),
  ],
  ["A175", "a list of algorithms", () => hs({ alg: ["HS256"] })],
  [
    "A175",
    "a thousand levels",
    () => forge(ours, rawClaims(`"x":${"[".repeat(1000)}${"]".repeat(1000)}`), hmac(portalSecret)),
  ],
  ["J-03", "no end", () => hs({}, { exp: undefined })],
  ["J-03", "an end an hour ago", () => hs({}, { exp: later() - 3720 })],
  ["J-03", "an end that is no number", () => hs({}, { exp: "tomorrow" })],
  ["J-03", "another audience", () => hs({}, { aud: "anon" })],
  ["J-03", "no audience", () => hs({}, { aud: undefined })],
  ["J-03", "another type", () => hs({ typ: "dpop+jwt" })],
  ["J-06", "more than 8 KiB", () => hs({}, { pad: randomBytes(6000).toString("base64url") })],
];

describe.each(presentations)("a session shown as %s is refused", (presentation) => {
  test.each(attacks)("%s: %s", async (_id, _what, makeToken) => {
    const token = makeToken();
    const before = keyServer.fetches();
    const answer = await expectUnharmed(connector, () => complete(presentation, token), {
      secrets: [token],
    });
    expect(expectRefusal(answer, "UNAUTHENTICATED")).toEqual({
      error: "A valid credential is required.",
      code: "UNAUTHENTICATED",
    });
    expect(keyServer.fetches() - before).toBeLessThanOrEqual(1);
  });

  test("A167 A170: of a user who was removed 61 seconds ago, or never was, with 403", async () => {
    const removed = await addUser(connector, user.organizationId);
    expectRefusal(await complete(presentation, removed.session), "GITHUB_RECONNECT");
    await connector.operator.removeMember(removed);
    connector.advance(61);
    const answer = await expectUnharmed(connector, () => complete(presentation, removed.session));
    expectRefusal(answer, "FORBIDDEN");
  });
});

test("J-02 J-04: none of these made the service ask for keys more than once in thirty seconds", () => {
  expect(keyServer.fetches()).toBeLessThanOrEqual(8);
});
