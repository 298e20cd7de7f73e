import fc from "fast-check";
import * as acts from "./acts.ts";
import { expectSame } from "./compare.ts";
import type { Model } from "./model.ts";
import {
  type Account,
  accounts,
  adminOf,
  memberOf,
  type Person,
  people,
  type Scope,
} from "./state.ts";
import type { World } from "./world.ts";

/** How many commands have run. */
export const counted = { commands: 0 };

type Act<T> = (both: acts.Both, input: T) => Promise<void>;

class Command<T> implements fc.AsyncCommand<Model, World> {
  readonly name: string;
  readonly input: T;
  readonly act: Act<T>;

  constructor(name: string, input: T, act: Act<T>) {
    this.name = name;
    this.input = input;
    this.act = act;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, world: World): Promise<void> {
    counted.commands += 1;
    await this.act({ model, world }, this.input);
    await expectSame(model, world);
  }

  toString(): string {
    return `${this.name}(${JSON.stringify(this.input).slice(1, -1).replaceAll('"', "")})`;
  }
}

/** A command whose arguments are drawn. */
const command = <T>(
  name: string,
  drawn: { [K in keyof T]: fc.Arbitrary<T[K]> },
  act: Act<T>,
): fc.Arbitrary<Command<T>> => fc.record(drawn).map((input) => new Command<T>(name, input, act));

/** Which of the two organizations. */
const who = fc.nat({ max: 1 });
/** How far back: 0 is the latest. */
const back = fc.nat({ max: 3 });
const account = fc.constantFrom(...accounts);
const rarely = fc.nat({ max: 5 }).map((drawn) => drawn === 5);
const often = fc.nat({ max: 5 }).map((drawn) => drawn < 4);
const role = fc.constantFrom("admin", "admin", "admin", "member", "stranger");
const minutes = fc.constantFrom(1, 14, 16, 31, 56, 61, 61);
const milliseconds = (count: number): number => count * 60_000;

function personOf(of: Account, drawn: string): Person {
  if (drawn === "admin") return adminOf[of];
  const others = people.filter((each) => each !== adminOf[of]);
  const isMember = (person: Person) => memberOf[person] === of;
  return others.find((each) => isMember(each) === (drawn === "member")) ?? others[0] ?? "octocat";
}

const partnerCommands = [
  command("connect", { who, account }, (both, input) =>
    acts.connect(both, acts.organizationOf(both, input.who), input.account),
  ),
  command("installUrl", { who }, (both, input) =>
    acts.installUrl(both, acts.organizationOf(both, input.who)),
  ),
  command(
    "visit",
    {
      back,
      account,
      role,
      chooses: rarely,
      declines: rarely,
    },
    async (both, input) => {
      const attempt = acts.latest(both.model.attempts, input.back);
      if (!attempt) return;
      await acts.visit(both, attempt, {
        person: personOf(input.account, input.role),
        installationId: input.chooses ? undefined : acts.latestId(both, input.account),
        click: input.declines ? "decline" : "connect",
      });
    },
  ),
  command("register", { who, back, account, asProven: often }, (both, input) => {
    const attempt = acts.latest(both.model.attempts, input.back);
    const proven = input.asProven ? attempt?.installationId : undefined;
    const installationId = proven ?? acts.latestId(both, input.account);
    const organization = acts.organizationOf(both, input.who);
    return acts.register(both, organization, { attempt, installationId });
  }),
  command("detach", { who, uninstall: fc.boolean(), githubFails: rarely }, (both, input) =>
    acts.detach(both, acts.organizationOf(both, input.who), input),
  ),
  command("health", { who }, (both, input) =>
    acts.health(both, acts.organizationOf(both, input.who)),
  ),
];

const tokenCommands = [
  command(
    "createToken",
    {
      who,
      scope: fc.constantFrom<Scope[]>("all", "contents", "contents", "beyond"),
      seconds: fc.constantFrom(300, 300, 3000),
      githubFails: rarely,
    },
    (both, input) => acts.createToken(both, acts.organizationOf(both, input.who), input),
  ),
  command("revokeToken", { who, back, own: often, githubFails: rarely }, (both, input) =>
    acts.revokeToken(both, acts.organizationOf(both, input.who), input),
  ),
];

const githubCommands = [
  command("installAtGitHub", { account }, (both, input) =>
    acts.installAtGitHub(both, input.account),
  ),
  command("uninstallAtGitHub", { account }, async ({ model, world }, input) => {
    const installation = model.installed(input.account);
    if (!installation) return;
    world.sandbox.world.uninstall(input.account);
    installation.exists = false;
  }),
  command("suspendAtGitHub", { account, lift: often }, async ({ model, world }, input) => {
    const installation = model.installed(input.account);
    if (!installation) return;
    world.sandbox.world[input.lift ? "unsuspend" : "suspend"](input.account);
    installation.suspended = !input.lift;
  }),
];

const operatorCommands = [
  command("revokeKey", { who }, async (both, input) => {
    const { apiKeyId } = acts.organizationOf(both, input.who).key;
    await both.world.operator.revokeKey(apiKeyId);
    both.model.revokedKeys.add(apiKeyId);
    await passTime(both, seenWithin);
  }),
  command("issueKey", { who }, async (both, input) => {
    const organization = acts.organizationOf(both, input.who);
    organization.key = await both.world.issueKey(organization.id);
  }),
  command("suspendOrganization", { who, lift: often }, async (both, input) => {
    const organization = acts.organizationOf(both, input.who);
    await both.world.operator.setSuspended(organization.id, !input.lift);
    organization.suspended = !input.lift;
    await passTime(both, seenWithin);
  }),
];

const clockCommands = [
  command("passTime", { minutes }, (both, input) => passTime(both, milliseconds(input.minutes))),
  command("jumpClock", { minutes, back: fc.boolean() }, async (both, input) =>
    setSkew(both, milliseconds(input.back ? -input.minutes : input.minutes)),
  ),
  command("setClockRight", {}, async (both) => setSkew(both, 0)),
];

const machineCommands = [
  command("restart", {}, ({ world }) => world.restart()),
  command("maintain", {}, async ({ model, world }) => {
    await world.maintain();
    model.maintain();
  }),
];

/** What an operator changes is seen everywhere within a second. */
const seenWithin = 1000;

async function passTime({ model, world }: acts.Both, time: number): Promise<void> {
  await world.passTime(time);
  model.now += time;
}

/** One jump takes the place of the other, so that the clocks do not part for good. */
function setSkew({ model, world }: acts.Both, skew: number): void {
  world.jumpClock(skew - model.skew);
  model.skew = skew;
}

/** Sequences of commands. What leads on is drawn more often. */
export const sequences = (longest: number, replayPath?: string) =>
  fc.commands<Model, World, false>(
    [
      ...Array.from({ length: 3 }, () => partnerCommands).flat(),
      ...Array.from({ length: 6 }, () => tokenCommands).flat(),
      ...githubCommands,
      ...operatorCommands,
      ...machineCommands,
      ...clockCommands,
      ...clockCommands,
    ],
    { maxCommands: longest, size: "max", ...(replayPath !== undefined && { replayPath }) },
  );
