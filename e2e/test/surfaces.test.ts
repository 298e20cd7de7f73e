import { contract, type Method, operations, routeOf } from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connector, type Partner, returnUrl, startConnector } from "../src/connector.ts";
import { readDatabase } from "../src/database.ts";
import { type Request, send } from "../src/http.ts";
import { bindAcme } from "../src/journey.ts";
import { expectRefusal } from "../src/refusal.ts";

let connector: Connector;
let partner: Partner;
beforeAll(async () => {
  connector = await startConnector();
  partner = await connector.addPartner();
  await bindAcme(connector, partner);
});
afterAll(() => connector[Symbol.asyncDispose]());

/** Not written as an integer in 1 … 2^53-1. */
const notIds =
  `0 -0 -1 1.5 5001.0 5.001e3 50010e-1 9007199254740992 9007199254740993 18446744073709551616
1e21 1e400 5001.0000000000000000001 "5001" "0x1389" true null [5001] {"$gt":0}`.split(/\s/);

const surfaces = ["url", "remoteUrl"] as const;
const installation = "/v1/github/installation";

describe.each(surfaces)("REST at its %s", (surface) => {
  const call = (target: string, request: Request = {}) =>
    send(target, connector[surface], { key: partner.key, ...request });

  describe("an unknown path", () => {
    test.each([
      "/",
      "/v1",
      "/v1/github",
      "/v1/github/installation/",
      "/V1/github/installation",
      "/v1/GITHUB/installation",
      "/v1/github/installation/nothing",
      "/v2/github/installation",
      "/docs/package.json",
      "/.env",
    ])("%s is absent, with and without a key", async (path) => {
      expectRefusal(await call(`GET ${path}`), "NOT_FOUND");
      expectRefusal(await send(`POST ${path}`, connector[surface], { body: {} }), "NOT_FOUND");
    });
  });

  const byPath = Map.groupBy(operations(contract), ([, operation]) => routeOf(operation).path);
  const served: [path: string, methods: Method[]][] = [
    ...[...byPath].map(([path, list]): [string, Method[]] => [
      path,
      list.map(([, operation]) => routeOf(operation).method),
    ]),
    ["/openapi.json", ["GET"]],
    ["/docs", ["GET"]],
    ["/docs/swagger-ui.css", ["GET"]],
  ];
  test.each(served)(
    "%s refuses every method but its own, and says which",
    async (path, methods) => {
      const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
      const before = readDatabase(connector);
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
        if (methods.includes(method as Method)) continue;
        const headers = { "x-http-method-override": "DELETE", origin: "https://evil.example" };
        const answer = await call(`${method} ${path}`, { headers });
        expectRefusal(answer, "METHOD_NOT_ALLOWED");
        const allowed = answer.headers.get("allow")?.split(", ") ?? [];
        if (method === "PROPFIND") expect(allowed).not.toContain("PROPFIND");
        else expect(allowed.toSorted()).toEqual(allow.toSorted());
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      }
      expect(readDatabase(connector)).toEqual(before);
    },
  );

  describe("a key that is in the wrong place", () => {
    const input = { installationId: 50291845, state: "some-state-or-other" };
    const misplaced: [what: string, target: string, path: string][] = [
      ["a query's in no place at all", `GET ${installation}?orgId=ORG_B`, "orgId"],
      ["a body's in the query", `POST ${installation}?state=secret`, "query.state"],
      ["an unknown one in a POST's query", `POST ${installation}?note=secret`, "note"],
      ["one without a name worth repeating", `GET ${installation}?%3Cb%3E=secret`, "?"],
      ["one of 65 characters", `GET ${installation}?${"k".repeat(65)}=secret`, "?"],
      ["a prototype's", `GET ${installation}?constructor=secret`, "constructor"],
    ];
    test.each(misplaced)("%s is refused", async (_what, target, path) => {
      const body = target.startsWith("POST") ? input : undefined;
      const answer = await call(target, { body });
      const { issues } = expectRefusal(answer, "VALIDATION");
      expect(issues).toEqual([{ path, message: "Unknown key." }]);
      expect(answer.text).not.toContain("secret");
    });

    test("that reaches for a prototype is refused at once", async () => {
      const answer = await call(`GET ${installation}?__proto__=secret`);
      expectRefusal(answer, "BAD_REQUEST");
      expect(answer.text).not.toContain("secret");
    });
  });

  test("a query's key that comes twice is refused at its field", async () => {
    const query = `returnUrl=${returnUrl}&returnUrl=https://evil.example/`;
    const answer = await call(`GET ${installation}/install-url?${query}`);
    const { fieldErrors } = expectRefusal(answer, "VALIDATION");
    expect(fieldErrors).toEqual({ returnUrl: "Expected a string." });
  });

  test("what has no body takes none", async () => {
    const { request } = await import("node:http");
    const statusOf = (method: string, path: string) =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${partner.key}`, "content-length": "2" };
        const options = { method, headers: { ...headers, "content-type": "application/json" } };
        const outgoing = request(connector[surface] + path, options, (res) => {
          res.resume();
          resolve(res.statusCode);
        });
        outgoing.on("error", reject).end("{}");
      });
    expect(await statusOf("GET", installation)).toBe(400);
    expect(await statusOf("GET", "/v1/whoami")).toBe(400);
    expect(await statusOf("DELETE", installation)).toBe(400);
    expect((await call(`GET ${installation}`)).status).toBe(200);
  });

  describe("a body", () => {
    const post = (body: unknown, headers?: Record<string, string>) =>
      call(`POST ${installation}`, { body, headers });

    test("with extra keys names each of them", async () => {
      const input = { installationId: 1, state: "s", orgLogin: "acme-coffee", note: "secret" };
      const answer = await post(input);
      expect(expectRefusal(answer, "VALIDATION")).toMatchObject({
        fieldErrors: { orgLogin: "Unknown key.", note: "Unknown key." },
        issues: [
          { path: "orgLogin", message: "Unknown key." },
          { path: "note", message: "Unknown key." },
        ],
      });
      expect(answer.text).not.toContain("secret");
    });

    test.each(notIds)("with the id %s is refused at its field", async (id) => {
      const answer = await post(`{"installationId":${id},"state":"some-state-or-other"}`);
      const { issues } = expectRefusal(answer, "VALIDATION");
      expect(issues?.map(({ path }) => path)).toEqual(["installationId"]);
    });

    const notStates = ["1", "null", "[]", "{}", '""', JSON.stringify("s".repeat(513))];
    test.each(notStates)("with the state %s is refused at its field", async (state) => {
      const answer = await post(`{"installationId":5001,"state":${state}}`);
      const { issues } = expectRefusal(answer, "VALIDATION");
      expect(new Set(issues?.map(({ path }) => path))).toEqual(new Set(["state"]));
    });

    test.each(["[]", '"text"', "7", "null", "true"])("%s is no object", async (body) => {
      const { status, body: envelope } = await post(body);
      expect(status).toBe(422);
      expect(envelope).toMatchObject({ code: "VALIDATION" });
    });

    test.each([
      ["broken", '{"installationId":5001,'],
      ["with a comment", "{/*c*/}"],
      ["NaN", "NaN"],
      ["with a key twice", '{"installationId":1,"installationId":2,"state":"s"}'],
      ["with a prototype", '{"__proto__":{"isAdmin":true},"installationId":1,"state":"s"}'],
      ["with a hidden prototype", '{"\\u005f_proto__":{},"installationId":1,"state":"s"}'],
      ["too deep", `${"[".repeat(20_000)}${"]".repeat(20_000)}`],
    ])("%s cannot be parsed", async (_what, body) => {
      expectRefusal(await post(body), "BAD_REQUEST");
    });

    test("that is too large, or not plain JSON, is not read", async () => {
      expectRefusal(await post(" ".repeat(65_537)), "PAYLOAD_TOO_LARGE");
      expectRefusal(await post("{}", { "content-type": "text/plain" }), "UNSUPPORTED_MEDIA_TYPE");
      expectRefusal(await post("{}", { "content-encoding": "gzip" }), "UNSUPPORTED_MEDIA_TYPE");
      const latin = { "content-type": "application/json; charset=iso-8859-1" };
      expectRefusal(await post("{}", latin), "UNSUPPORTED_MEDIA_TYPE");
      expectRefusal(await call(`POST ${installation}`), "UNSUPPORTED_MEDIA_TYPE");
    });
  });

  test("a number or a boolean of a query is read only where it is written cleanly", async () => {
    for (const limit of ["1.0", "1e1", "+1", "01", " 1", "0x1", "", "9007199254740993"]) {
      const query = new URLSearchParams({ limit }).toString();
      expectRefusal(await call(`GET /v1/github/repos?${query}`), "VALIDATION");
    }
    for (const uninstall of ["1", "TRUE", "yes", ""])
      expectRefusal(await call(`DELETE ${installation}?uninstall=${uninstall}`), "VALIDATION");
    expect((await call(`GET ${installation}`)).status).toBe(200);
  });

  test("a URL is taken up to 8 KiB, and read as UTF-8", async () => {
    expectRefusal(await call(`GET /v1/whoami?a=${"x".repeat(8200)}`), "URI_TOO_LONG");
    for (const query of ["search=%ff", "search=%zz", "a%00b=x"])
      expectRefusal(await call(`GET /v1/github/repos?${query}`), "BAD_REQUEST");
  });
});

test("what is refused is refused in the same words on every surface", async () => {
  const { key } = partner;
  const bodies = notIds.map((id) => `{"installationId":${id},"state":"some-state-or-other"}`);
  for (const body of [...bodies, "[]", '"text"', "7", "null", "{}"]) {
    const rest = surfaces.map((surface) =>
      send(`POST ${installation}`, connector[surface], { key, body }),
    );
    const trpc = await send("POST /trpc/github.registerInstallation", connector.url, { key, body });
    const texts = (await Promise.all(rest)).map(({ text }) => text);
    const { envelope } = (trpc.body as { error: { data: { envelope: unknown } } }).error.data;
    expect(new Set([...texts, JSON.stringify(envelope)]).size).toBe(1);
  }
});
