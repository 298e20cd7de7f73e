import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fromNewAddress } from "../../src/attacks/target.ts";
import { type Connector, startConnector } from "../../src/connector.ts";
import { type Answer, send } from "../../src/http.ts";
import { bindAcme } from "../../src/journey.ts";
import { openPersonal, type Personal } from "../../src/personal.ts";
import { expectRefusal } from "../../src/refusal.ts";
import { callOver, transports } from "../../src/transports.ts";
import { endFaults, whileAnswersAre } from "../../src/upstream.ts";

const path = "/installation/repositories";

let connector: Connector;
let personal: Personal;
beforeAll(async () => {
  connector = await startConnector({ edition: "ghes-3.3" });
  await bindAcme(connector, await connector.addPartner());
  personal = await openPersonal(connector);
}, 60_000);
afterAll(() => connector[Symbol.asyncDispose]());
afterEach(() => {
  endFaults(connector);
  connector.forgetOutages();
});

describe("A226 K-15: a credential of GitHub that is passed through", () => {
  const secrets = () => [personal.ghs, personal.ghu, personal.ghp, personal.github_pat];
  const canaries = ["ghs", "ghu", "ghp", "github_pat"].map(
    (kind) => `${kind}_CANARY${"abcdefghij".repeat(3)}`,
  );
  const operations: [name: string, input: () => object][] = [
    ["listInstallationRepositories", () => ({})],
    ["listUserInstallations", () => ({})],
    ["listUserInstallationRepositories", () => ({ installation_id: personal.installationId })],
    [
      "addRepository",
      () => ({
        installation_id: personal.installationId,
        repository_id: personal.otherRepositoryId,
      }),
    ],
    [
      "removeRepository",
      () => ({
        installation_id: personal.installationId,
        repository_id: personal.otherRepositoryId,
      }),
    ],
    [
      "createContentAttachment",
      () => ({ content_reference_id: 1, title: "A-1", body: "An error" }),
    ],
  ];

  async function callEverything(): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const [name, input] of operations)
      for (const transport of transports)
        for (const key of [...secrets(), ...canaries]) {
          const headers = fromNewAddress();
          const call = { name: `githubApi.${name}`, key, input: { ...input() }, headers };
          answers.push(await callOver(transport, connector, call));
        }
    return answers;
  }

  const expectNowhere = (text: string) => {
    for (const secret of [...secrets(), ...canaries]) expect(text.includes(secret)).toBe(false);
    expect(text).not.toContain("CANARY");
  };

  test("is in no answer, no line of the log and no file, whatever becomes of the call", async () => {
    const answers = await callEverything();
    connector.sandbox.fault({ kind: "status", status: 500 });
    answers.push(...(await callEverything()));
    endFaults(connector);
    connector.sandbox.fault({ kind: "reset" });
    answers.push(...(await callEverything()));
    expect(answers.length).toBe(3 * 6 * 3 * 8);
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set([200, 204, 401, 403, 404, 502, 503]),
    );
    for (const { text, headers } of answers) expectNowhere(text + [...headers].join());
    expectNowhere(connector.logLines.join("\n"));
    expect(connector.logLines.length).toBeGreaterThan(answers.length);
    const { databaseFile } = connector;
    const files = [databaseFile, `${databaseFile}-wal`].map((file) => readFileSync(file, "latin1"));
    expect(files.join()).toContain("installation.bind");
    expectNowhere(files.join());
  }, 60_000);

  test("is not told when GitHub repeats it in an error", async () => {
    const alter = () => ({
      message: `Bad credentials: ${personal.ghs}`,
      documentation_url: personal.ghs,
    });
    connector.sandbox.fault({ kind: "status", status: 403, match: { path } });
    await whileAnswersAre({ path, alter }, connector, async () => {
      const answer = await send(`GET ${path}`, connector.url, { key: personal.ghs });
      expectRefusal(answer, "FORBIDDEN");
      expectNowhere(answer.text);
    });
    expectNowhere(connector.logLines.join("\n"));
  });
});
