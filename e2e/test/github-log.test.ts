import type { Log } from "@layers/api";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Connector, type Partner, startConnector } from "../src/connector.ts";
import { type Answer, send } from "../src/http.ts";
import { bindAcme } from "../src/journey.ts";
import { endFaults } from "../src/upstream.ts";

type Line = Record<string, unknown>;

const lines: Line[] = [];
const at = (level: string) => (fields: object, message: string) =>
  void lines.push({ level, message, ...fields });
const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };

let connector: Connector;
let partner: Partner;
let installationId: number;
beforeAll(async () => {
  connector = await startConnector({ log });
  partner = await connector.addPartner();
  ({ installationId } = await bindAcme(connector, partner));
});
afterEach(() => {
  endFaults(connector);
  connector.forgetOutages();
});
afterAll(() => connector[Symbol.asyncDispose]());

/** Each wish is another one, so that none is met by a token that is there already. */
const wishes = ["contents", "issues", "metadata", "members"].values();
const mint = (): Promise<Answer> => {
  lines.length = 0;
  const body = { permissions: { [String(wishes.next().value)]: "read" } };
  return send("POST /v1/github/installation/token", connector.url, { key: partner.key, body });
};
const route = "POST /app/installations/{installation_id}/access_tokens";
const upstream = () => lines.filter((line) => line["route"] === route);

test("a call to GitHub is a line for debugging, with our request's id and GitHub's", async () => {
  const { headers } = await mint();
  expect(upstream()).toEqual([
    {
      level: "debug",
      message: "GitHub answered",
      requestId: headers.get("x-request-id"),
      githubRequestId: expect.stringMatching(/^[0-9A-F]+(:[0-9A-F]+){4}$/) as string,
      route,
      outcome: "answered",
      status: 201,
      durationMs: expect.any(Number) as number,
    },
  ]);
  expect(JSON.stringify(upstream())).not.toContain(String(installationId));
});

test.each([
  [{ kind: "status", status: 503 }, { outcome: "failed", status: 503 }, 502],
  [{ kind: "reset" }, { outcome: "unreachable", status: undefined }, 502],
  [{ kind: "secondary-limit", status: 403 }, { outcome: "limited", status: 403 }, 503],
] as const)("after %o it is a warning", async (fault, told, status) => {
  connector.sandbox.fault({ ...fault, match: { path: "/app/installations/*/access_tokens" } });
  const answer = await mint();
  expect(answer.status).toBe(status);
  const requestId = answer.headers.get("x-request-id");
  expect(upstream()).toMatchObject([{ level: "warn", requestId, route, ...told }]);
  const isAnswered = told.status !== undefined;
  expect(upstream()[0]?.["githubRequestId"] !== undefined).toBe(isAnswered);
});
