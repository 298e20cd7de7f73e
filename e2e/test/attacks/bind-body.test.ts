import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postBind, startTarget, type Target } from "../../src/attacks/target.ts";
import { expectUnharmed } from "../../src/attacks/unharmed.ts";
import { register } from "../../src/journey.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { type Transport, transports } from "../../src/transports.ts";

/** Stands for the proven state of the attacker: what is refused would bind if it were read leniently. */
const S = "$STATE";
/** Stands for the proven installation. */
const I = "$INSTALLATION";
const canary = "CANARYghs_0123456789";

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(async () => {
  const { connector, attacker, proof } = target;
  // The proof was good all the time.
  expect((await register(connector, attacker, proof)).status).toBe(201);
  await connector[Symbol.asyncDispose]();
});

const fill = (text: string) =>
  text.replaceAll(S, target.proof.state).replaceAll(I, String(target.proof.installationId));

interface Attack {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

function attack(transport: Transport, { body, headers = {} }: Attack) {
  const { connector, attacker } = target;
  const filled = typeof body === "string" ? fill(body) : body;
  const request = { key: attacker.key, body: filled, headers };
  return expectUnharmed(connector, () => postBind(transport, connector, request), {
    secrets: [target.proof.state, canary],
  });
}

/** A name for a test. */
const shortly = (body: string | Uint8Array) =>
  typeof body === "string" && body.length > 60 ? `${body.slice(0, 57)}…` : String(body);
const named = <B extends string | Uint8Array>(rows: readonly (readonly [string, B])[]) =>
  rows.map(([id, body]) => [id, shortly(body), body] as const);

const bytes = (...values: number[]) => new Uint8Array(values);
const encoded = (text: string, encoding: BufferEncoding) =>
  new Uint8Array(Buffer.from(text, encoding));
const whole = `{"installationId":${I},"state":"${S}"}`;
const manyKeys = (count: number, name: (each: number) => string) =>
  `{${Array.from({ length: count }, (_, each) => `"${name(each)}":1`).join()}}`;

const unreadable: [id: string, body: string | Uint8Array<ArrayBuffer>][] = [
  ["A101", `{"installationId":${I},`],
  ["A101", `{installationId:${I},"state":"${S}"}`],
  ["A101", `{"installationId":${I},"state":"${S}",}`],
  ["A101", `{/*${canary}*/"installationId":${I},"state":"${S}"}`],
  ["A101", `{"installationId":${I},"state":"${S}"}//`],
  ["A101", `{'installationId':${I},'state':'${S}'}`],
  ["A101", "NaN"],
  ["A101", `{"installationId":NaN,"state":"${S}"}`],
  ["A101", `{"installationId":Infinity,"state":"${S}"}`],
  ["A101", `{"installationId":0${I},"state":"${S}"}`],
  ["A101", `{"installationId":+${I},"state":"${S}"}`],
  ["A101", `{"installationId":0x10,"state":"${S}"}`],
  ["A101", `{"installationId":1_000,"state":"${S}"}`],
  ["A101", `{"installationId":${I}n,"state":"${S}"}`],
  ["A101", `{"installationId":.5,"state":"${S}"}`],
  ["A101", ""],
  ["A101", " "],
  ["A101", "undefined"],
  ["A101", `installationId=${I}&state=${S}`],
  ["A101", `{"installationId":${I},"state":"${S}"}{}`],
  ["A101", `{"installationId":${I},"state":"${S}"}\u0000`],
  ["A101", `{"state":"a\u0001b","installationId":${I}}`],
  ["A101", `{"state":"a\nb","installationId":${I}}`],
  ["A101", `{"state":"\\x41","installationId":${I}}`],
  ["A101", `{"state":"\\u00zz","installationId":${I}}`],
  ["A101", `)]}',\n${whole}`],
  ["A122", `{"__proto__":{"isAdmin":true},"installationId":${I},"state":"${S}"}`],
  ["A122", `{"installationId":${I},"state":{"__proto__":{"isAdmin":true}}}`],
  ["A122", `{"\\u005f_proto__":{"isAdmin":true},"installationId":${I},"state":"${S}"}`],
  ["A122", `{"installationId":${I},"state":"${S}","__proto__":null}`],
  ["A122", `{"constructor":{"prototype":{"isAdmin":true}},"installationId":${I},"state":"${S}"}`],
  ["A122", `{"installationId":1,"installationId":${I},"state":"${S}"}`],
  ["A122", `{"installationId":${I},"installationId":${I},"state":"${S}"}`],
  ["A122", `{"installationId":${I},"state":"x","st\\u0061te":"${S}"}`],
  ["A122", `{"installationId":${I},"state":{"a":1,"a":2}}`],
  ["A124", `\ufeff{"installationId":1,"state":"${S}"}`],
  ["A124", encoded('{"installationId":1,"state":"s"}', "utf16le")],
  ["A124", bytes(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00)],
  ["A125", "[".repeat(20_000) + "]".repeat(20_000)],
  ["A125", `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`],
  ["A125", `{"installationId":${"[".repeat(33)}${"]".repeat(33)}}`],
  ["A125", manyKeys(1001, (each) => `k${each}`)],
  ["A125", manyKeys(5000, String)],
  ["A125", manyKeys(1001, (each) => String(each * 65_536))],
  ["A125", `{"state":"${"x".repeat(8193)}"}`],
  ["A125", '"'.repeat(60_000)],
  ["A125", "\\".repeat(60_000)],
  ["A125", "-".repeat(60_000)],
  ["A128", bytes(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d)],
  ["A128", bytes(0x7b, 0x22, 0xc0, 0xae, 0x22, 0x3a, 0x31, 0x7d)],
  ["A128", bytes(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d)],
  ["A128", bytes(0x7b, 0x22, 0xf4, 0x90, 0x80, 0x80, 0x22, 0x3a, 0x31, 0x7d)],
  ["A128", bytes(0x7b, 0x22, 0xe2, 0x82, 0x22, 0x3a, 0x31, 0x7d)],
];

const notAnId: [id: string, written: string][] = [
  ...["9007199254740993", "9007199254740995", "90071992547409930"].map((id) => ["A103", id]),
  ...["9007199254740992", "18446744073709551616", "1e21", "1e400", "-1e400"].map((id) => [
    "A104",
    id,
  ]),
  ["A104", "9".repeat(400)],
  ["A106", `${I}.0000000000000000001`],
  ["A106", `${I}.5`],
  ...["5.001e3", "50010e-1", "5001.0", `${I}.0`, `${I}e0`, `${I}E0`, `${I}0e-1`].map((id) => [
    "A107",
    id,
  ]),
  ...["0", "-0", "-1", `-${I}`, "-0.0", "0e0"].map((id) => ["A109", id]),
  ...[`"${I}"`, `"${I}abc"`, `" ${I}"`, '"0x1389"', '""'].map((id) => ["A110", id]),
  ...["true", "null", `[${I}]`, '{"$gt":0}', `{"value":${I}}`, "[]", "{}", "false"].map((id) => [
    "A110",
    id,
  ]),
] as [string, string][];

const notAState: [id: string, written: string][] = [
  ["A116", "1"],
  ["A116", "null"],
  ["A116", "true"],
  ["A116", "[]"],
  ["A116", `["${S}"]`],
  ["A116", "{}"],
  ["A116", `{"$ne":null}`],
  ["A116", '""'],
  ["A116", `"${"s".repeat(513)}"`],
  ["A116", `"${"s".repeat(8192)}"`],
];

const notAnObject = ["[]", `[${whole}]`, "null", "true", "1", '"text"', `"${S}"`];

describe.each(transports)("a registration over %s", (transport) => {
  test.each(named(unreadable))("%s H-03: of %j is unreadable", async (_id, _name, body) => {
    expectRefusal(await attack(transport, { body }), "BAD_REQUEST");
    expect(Reflect.get({}, "isAdmin")).toBeUndefined();
  });

  test.each(named(notAnId))("%s H-04: of %s is refused", async (_id, _name, written) => {
    const body = `{"installationId":${written},"state":"${S}"}`;
    const { issues } = expectRefusal(await attack(transport, { body }), "VALIDATION");
    expect(issues?.map(({ path }) => path)).toEqual(["installationId"]);
  });

  test.each(named(notAState))("%s: with the state %s is refused", async (_id, _name, written) => {
    const body = `{"installationId":${I},"state":${written}}`;
    const { issues } = expectRefusal(await attack(transport, { body }), "VALIDATION");
    expect(new Set(issues?.map(({ path }) => path))).toEqual(new Set(["state"]));
  });

  test.each(notAnObject)("A110: of %s is refused", async (body) => {
    expectRefusal(await attack(transport, { body }), "VALIDATION");
  });

  test.each([
    ["isAdmin", "isAdmin"],
    ["orgId", "orgId"],
    ["organizationId", "organizationId"],
    ["InstallationId", "InstallationId"],
    [`${canary} `, "?"],
    ["<script>", "?"],
    ["a".repeat(65), "?"],
    ["constructor", "constructor"],
    ["toString", "toString"],
  ])("A122: with %s beside it is refused", async (key, path) => {
    const body = `{"installationId":${I},"state":"${S}",${JSON.stringify(key)}:1}`;
    const { issues } = expectRefusal(await attack(transport, { body }), "VALIDATION");
    expect(issues).toEqual([{ path, message: "Unknown key." }]);
  });

  test.each([
    "application/json; charset=utf-7",
    "application/json; charset=iso-8859-1",
    "application/json; charset=utf-16",
    "application/json; charset=utf-8; charset=utf-7",
    "application/json;",
    "application/json garbage",
    "application/json, text/plain",
    "application/jsonx",
    "application/x-json",
    "application/problem+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/cbor",
    "text/plain",
    "text/plain; application/json",
    "*/*",
    "",
    canary,
  ])("A124 H-05 T-06: as %j is refused", async (type) => {
    const headers = { "content-type": type };
    expectRefusal(await attack(transport, { body: whole, headers }), "UNSUPPORTED_MEDIA_TYPE");
  });

  const bomb = new Uint8Array(gzipSync(Buffer.alloc(64_000_000, " ")));
  test.each(["gzip", "gzip, gzip, gzip", "br", "deflate", "zstd", "identity", "identity;q=0", "x"])(
    "A130 H-05: with Content-Encoding %s is not unpacked",
    async (encoding) => {
      const headers = { "content-encoding": encoding };
      const before = process.memoryUsage().rss;
      const answer = await attack(transport, { body: bomb, headers });
      expectRefusal(answer, "UNSUPPORTED_MEDIA_TYPE");
      expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
    },
  );

  test.each([65_537, 1_048_576, 6_000_000])("A116 H-01: of %i bytes is too large", async (size) => {
    const body = whole.padEnd(size + S.length, " ");
    expectRefusal(await attack(transport, { body }), "PAYLOAD_TOO_LARGE");
  });
});
