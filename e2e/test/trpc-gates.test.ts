import { contract, operations } from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { readDatabase } from "../src/database.ts";
import { type Answer, type Request, send } from "../src/http.ts";
import { bindAcme } from "../src/journey.ts";
import { TrpcRefusal } from "../src/transports.ts";
import { githubCallsDuring } from "../src/upstream.ts";

let connector: Connector;
let partner: Partner;
beforeAll(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  await bindAcme(connector, partner);
});
afterAll(() => connector[Symbol.asyncDispose]());

const call = (target: string, request: Request = {}) =>
  send(target, connector.url, { key: partner.key, ...request });

function expectTrpcRefusal(answer: Answer, status: number, code: string): void {
  const { message, data } = TrpcRefusal.parse(answer.body).error;
  expect({ status: answer.status, code: data.envelope.code }).toEqual({ status, code });
  expect({ httpStatus: data.httpStatus, message }).toEqual({
    httpStatus: status,
    message: data.envelope.error,
  });
  expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(answer.text).not.toMatch(/stack|canary|\bat .+:\d+/i);
}

const all = [...operations(contract)];
const namesOf = (kind: string) => all.filter(([, op]) => op.kind === kind).map(([name]) => name);
const queries = namesOf("query");
const mutations = namesOf("mutation");

describe("a mutation", () => {
  const encodings: [type: string, body: string][] = [
    [
      "multipart/form-data; boundary=canary",
      '--canary\r\ncontent-disposition: form-data; name="a"\r\n\r\n{}\r\n--canary--',
    ],
    ["application/octet-stream", "{}"],
    ["text/plain", "{}"],
    ["application/x-www-form-urlencoded", "{}"],
    ["application/jsonl", "{}"],
    ["application/json; charset=utf-7", "{}"],
    ["canary/canary", "{}"],
  ];
  test.each(encodings)("T-01: is not run by a body of %s", async (type, body) => {
    const before = readDatabase(connector);
    for (const name of mutations) {
      const answer = await call(`POST /trpc/${name}`, { body, headers: { "content-type": type } });
      expectTrpcRefusal(answer, 415, "UNSUPPORTED_MEDIA_TYPE");
    }
    expect(readDatabase(connector)).toEqual(before);
  });

  test("is not run by a body with an encoding, nor without any body", async () => {
    const [name] = mutations as [string];
    const headers = { "content-encoding": "gzip" };
    const encoded = await call(`POST /trpc/${name}`, { body: {}, headers });
    expectTrpcRefusal(encoded, 415, "UNSUPPORTED_MEDIA_TYPE");
    expectTrpcRefusal(await call(`POST /trpc/${name}`), 415, "UNSUPPORTED_MEDIA_TYPE");
  });

  test.each(mutations)(
    "T-08: %s is not run by a GET, whatever it says its method is",
    async (name) => {
      for (const target of [`/trpc/${name}?input={}`, `/trpc/${name}?input={}&_method=POST`]) {
        const headers = { "x-http-method-override": "POST" };
        const answer = await call(`GET ${target}`, { headers });
        expectTrpcRefusal(answer, 405, "METHOD_NOT_ALLOWED");
        expect(answer.headers.get("allow")).toBe("POST");
      }
    },
  );
});

describe("a query", () => {
  test.each(queries)("%s is not run by a POST", async (name) => {
    const answer = await call(`POST /trpc/${name}`, { body: {} });
    expectTrpcRefusal(answer, 405, "METHOD_NOT_ALLOWED");
    expect(answer.headers.get("allow")).toBe("GET, HEAD");
  });

  test("takes no body", async () => {
    const { host } = new URL(connector.url);
    const { request } = await import("node:http");
    const status = await new Promise((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${partner.key}`, "content-length": "2" };
      const outgoing = request(`${connector.url}/trpc/keys.whoami`, { headers }, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      outgoing.on("error", reject).end("{}");
    });
    expect(status).toBe(400);
  });
});

describe("a name that is no procedure's", () => {
  const strangers = [
    "github.nothing",
    "github",
    "keys.whoami.x",
    "__proto__",
    "constructor",
    "constructor.name",
    "toString",
    "github.__proto__",
    "github.constructor",
    "hasOwnProperty",
    "_def",
    "createCaller",
    "KEYS.WHOAMI",
    "keys.whoami%20",
    "",
  ];
  test.each(strangers)("T-08: is absent: %j", async (name) => {
    expectTrpcRefusal(await call(`GET /trpc/${name}?input={}`), 404, "NOT_FOUND");
    expectTrpcRefusal(await call(`POST /trpc/${name}`, { body: {} }), 404, "NOT_FOUND");
  });
});

describe("a body", () => {
  const target = "POST /trpc/github.createToken";
  const bad: [what: string, body: string][] = [
    ["broken", '{"minValiditySeconds": canary'],
    ["with a key twice", '{"minValiditySeconds":60,"minValiditySeconds":90}'],
    ["that reaches for a prototype", '{"__proto__":{"canary":1}}'],
    ["with a comment", "{/*canary*/}"],
    ["with a byte order mark", "\ufeff{}"],
    ["nested 33 deep", `${"[".repeat(33)}${"]".repeat(33)}`],
    [
      "with 1,001 keys",
      JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, 1]))),
    ],
    ["that is empty", ""],
  ];
  test.each(bad)("T-07: %s is refused before any call", async (_what, body) => {
    expectTrpcRefusal(await call(target, { body }), 400, "BAD_REQUEST");
  });

  test("T-03: is taken up to 64 KiB and not beyond", async () => {
    const ofLength = (length: number) => `${" ".repeat(length - 2)}{}`;
    expect((await call(target, { body: ofLength(65_536) })).status).toBe(200);
    expectTrpcRefusal(await call(target, { body: ofLength(65_537) }), 413, "PAYLOAD_TOO_LARGE");
  });

  test.each(["60.0", "6e1", "6.0e1", "-0", "9007199254740993", "1e400", "60.0000000000000000001"])(
    "with the number %s is refused at its field",
    async (number) => {
      const answer = await call(target, { body: `{"minValiditySeconds":${number}}` });
      expectTrpcRefusal(answer, 422, "VALIDATION");
      expect(answer.text).toContain('"path":"minValiditySeconds"');
      expect(answer.text).not.toContain(number);
    },
  );
});

describe("the input of a query", () => {
  const target = "GET /trpc/github.listRepos";
  const ask = (input: string) => call(`${target}?input=${encodeURIComponent(input)}`);

  test.each([
    ["broken", "{canary"],
    ["with a key twice", '{"limit":1,"limit":2}'],
    ["that reaches for a prototype", '{"__proto__":{}}'],
    ["that is empty", ""],
    ["of two values", "{} {}"],
  ])("%s is refused", async (_what, input) => {
    expectTrpcRefusal(await ask(input), 400, "BAD_REQUEST");
  });

  test.each(["1.0", "1e0", "9007199254740993", '"1"'])(
    "with the limit %s is refused",
    async (limit) => {
      expectTrpcRefusal(await ask(`{"limit":${limit}}`), 422, "VALIDATION");
    },
  );

  test("given twice is refused", async () => {
    expectTrpcRefusal(await call(`${target}?input={}&input={}`), 400, "BAD_REQUEST");
    expectTrpcRefusal(await call(`${target}?batch=1&batch=1&input={}`), 400, "BAD_REQUEST");
  });

  test.each(['"text"', "7", "true", "[]"])("that is %s and no object is refused", async (input) => {
    expectTrpcRefusal(await ask(input), 422, "VALIDATION");
  });

  test("may be left out where nothing is required", async () => {
    expect((await call("GET /trpc/keys.whoami")).status).toBe(200);
  });
});

describe("a batch", () => {
  const batch = (names: string[], input: object) => {
    const query = new URLSearchParams({ batch: "1", input: JSON.stringify(input) }).toString();
    return `GET /trpc/${names.join(",")}?${query}`;
  };

  test("T-10: is authorized call by call", async () => {
    const { organizationId } = partner;
    const { key } = await connector.addPartner({ organizationId, scopes: ["github:token"] });
    const answer = await call(batch(["keys.whoami", "github.getInstallation"], {}), { key });
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject([
      { result: { data: { organizationId } } },
      { error: { data: { httpStatus: 403, envelope: { code: "FORBIDDEN_SCOPE" } } } },
    ]);
  });

  test("with an unknown procedure answers the others", async () => {
    const answer = await call(batch(["keys.whoami", "github.nothing"], {}));
    expect(answer.body).toMatchObject([{ result: {} }, { error: { data: { httpStatus: 404 } } }]);
  });

  test("of queries and mutations is not run", async () => {
    const before = readDatabase(connector);
    const names = ["keys.whoami", "github.detachInstallation"];
    expectTrpcRefusal(await call(batch(names, {})), 405, "METHOD_NOT_ALLOWED");
    const posted = await call(`POST /trpc/${names.join(",")}?batch=1`, { body: { 0: {}, 1: {} } });
    expectTrpcRefusal(posted, 405, "METHOD_NOT_ALLOWED");
    expect(readDatabase(connector)).toEqual(before);
  });

  test("of several names is none without saying so", async () => {
    const reached = await githubCallsDuring(connector, async () => {
      const answer = await call("GET /trpc/keys.whoami,github.installationHealth?input={}");
      expect(answer.status).toBeGreaterThanOrEqual(400);
    });
    expect(reached).toEqual([]);
  });
});

describe("other methods", () => {
  test("are refused with those that there are", async () => {
    for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const answer = await call(`${method} /trpc/keys.whoami`);
      expectTrpcRefusal(answer, 405, "METHOD_NOT_ALLOWED");
      expect(answer.headers.get("allow")).toBe("GET, HEAD, POST");
    }
  });

  test("T-09: HEAD says which queries there are, and runs none", async () => {
    const head = async (name: string) => {
      const target = `${connector.url}/trpc/${name}`;
      const { status } = await fetch(target, { method: "HEAD" });
      return status;
    };
    for (const name of queries) expect(await head(name)).toBe(204);
    for (const name of mutations) expect(await head(name)).toBe(405);
    for (const name of ["github.nothing", "toString", "__proto__", "keys.whoami,x", ""])
      expect(await head(name)).toBe(404);
  });
});
