import { AnyErrorEnvelope, contract, operations } from "@layers/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromNewAddress } from "../src/attacks/target.ts";
import {
  idTargets,
  makers,
  plainKeys,
  startWorld,
  type World,
} from "../src/authorization/id-targets.ts";
import { expectedDecision, type Principal, principals } from "../src/authorization/principals.ts";
import { readDatabase } from "../src/database.ts";
import type { Answer } from "../src/http.ts";
import { addUser } from "../src/portal.ts";
import { callOver, operationOf, transports } from "../src/transports.ts";
import { githubCallsDuring } from "../src/upstream.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world.connector[Symbol.asyncDispose]());

const names = [...operations(contract)].map(([name]) => name);
const targetsOf = (name: string) => {
  const toTargets = idTargets[name];
  if (!toTargets) throw new Error(`The ids of ${name} have no targets.`);
  return toTargets(world);
};

/** The key, and the session of a portal user of the same organization where one may call. */
const callersLike = (name: string, key: string): string[] => {
  const session = world.sessions.get(key);
  return session && operationOf(name).access.portal ? [key, session] : [key];
};

const codeOf = ({ body }: Answer) => AnyErrorEnvelope.safeParse(body).data?.code;
/** GitHub is asked with a token, and attempts are started, where it is GitHub or the attempt that is named. */
const withoutTraces = () => ({ ...readDatabase(world.connector), attempts: [], tokens: [] });

const keys = new Map<string, string>();
async function keyOf(principal: Principal): Promise<string | undefined> {
  const { label, scopes, role, credential } = principal;
  if (credential) return world.personal[credential];
  const { organizationId } = world.owner;
  if (role) return (await addUser(world.connector, organizationId, role)).session;
  if (!scopes) return undefined;
  const key = keys.get(label) ?? (await world.connector.addPartner({ organizationId, scopes })).key;
  keys.set(label, key);
  return key;
}

describe("what an operation's ids name", () => {
  test("is tried for every operation that has any", () => {
    const isId = (key: string) => !plainKeys.includes(key);
    const withIds = names.filter((name) => Object.keys(operationOf(name).input.shape).some(isId));
    expect(Object.keys(idTargets).toSorted()).toEqual(
      withIds.filter((name) => !makers.includes(name)).toSorted(),
    );
  });

  const rows: string[] = [];

  describe.each(Object.keys(idTargets))("%s", (name) => {
    test("is served when it is one's own, and as absent when it is another's as when it is nobody's", async () => {
      const { own, others } = await targetsOf(name);
      const served = new Set<number>();
      for (const transport of transports)
        for (const key of callersLike(name, own.key)) {
          const call = { name, key, input: await own.input() };
          served.add((await callOver(transport, world.connector, call)).status);
        }
      const before = withoutTraces();
      const refused = new Map<string, number>();
      const reached = await githubCallsDuring(world.connector, async () => {
        for (const transport of transports)
          for (const key of callersLike(name, others.key))
            for (const input of [...others.foreign, ...others.missing]) {
              const call = { name, key, input };
              const { text, status } = await callOver(transport, world.connector, call);
              refused.set(text, status);
            }
      });
      // Only GitHub knows what its own credential and a linked account reach, and what an installation sees.
      const { access } = operationOf(name);
      if (others.key !== own.key && access.partner) expect(reached).toEqual([]);
      expect([...served].filter((status) => !(status in operationOf(name).responses))).toEqual([]);
      expect([...refused.values()]).toEqual([expect.toBeOneOf([403, 404, 422])]);
      expect(withoutTraces()).toEqual(before);
      const statuses = [[...served].toSorted((one, other) => one - other), [...refused.values()]];
      rows.push(`| \`${name}\` | ${statuses.map((each) => each.join(", ")).join(" | ")} |`);
    }, 30_000);

    test("K-08: is nothing to whoever may not call, whosever it is", async () => {
      const { own, others } = await targetsOf(name);
      const inputs = [await own.input(), ...others.foreign, ...others.missing];
      const refused: [Principal, string | undefined][] = [];
      for (const principal of principals)
        if (expectedDecision(name, principal) !== "yes")
          refused.push([principal, await keyOf(principal)]);
      const before = readDatabase(world.connector);
      for (const [principal, key] of refused) {
        const { label } = principal;
        const bodies = new Set<string>();
        const reached = await githubCallsDuring(world.connector, async () => {
          for (const transport of transports)
            for (const input of inputs) {
              const call = { name, key, input, headers: fromNewAddress() };
              const answer = await callOver(transport, world.connector, call);
              expect([label, codeOf(answer)]).toEqual([label, expectedDecision(name, principal)]);
              bodies.add(answer.text);
            }
        });
        expect([label, bodies.size, reached]).toEqual([label, 1, []]);
      }
      expect(readDatabase(world.connector)).toEqual(before);
    }, 60_000);
  });

  test("is what the documentation prints", async () => {
    const page = `# What ids reach

As observed over REST and tRPC by \`e2e/test/authorization-ids.test.ts\`, which fails when this page is not
current, and when an operation takes an id that is not tried. Whoever may not call an operation
([authorization-matrix.md](authorization-matrix.md)) is told so in the same bytes, whatever the ids name.
What is another's has the same body as what is nobody's.

| operation | one's own | another's, nobody's |
| --- | --- | --- |
${rows.join("\n")}
`;
    await expect(page).toMatchFileSnapshot("../../docs/authorization-ids.md");
  });
});

describe("what belongs to another organization", () => {
  test.each([
    "github.getInstallation",
    "github.installationHealth",
    "github.detachInstallation",
    "github.createToken",
    "github.listRepos",
    "githubApi.listInstallationRepositories",
  ])("is not reached by a key of one's own: %s", async (name) => {
    const { key } = world.stranger;
    const reached = await githubCallsDuring(world.connector, async () => {
      for (const transport of transports)
        expect(codeOf(await callOver(transport, world.connector, { name, key }))).toBe("NOT_FOUND");
    });
    expect(reached).toEqual([]);
  });

  test("stays the owner's after all of this", async () => {
    const call = { name: "github.getInstallation", key: world.owner.key };
    const { installationId } = world.proven;
    expect((await callOver("REST", world.connector, call)).body).toMatchObject({
      installationId,
      status: "active",
    });
  });
});
