import { type Connector, type Partner, startConnector } from "../connector.ts";
import {
  addManager,
  type EnterpriseOperation,
  enterpriseInputs,
  grant,
  installApp,
} from "../enterprise.ts";
import { bindAcme, getInstallUrl, type Proven } from "../journey.ts";
import { linkGitHub } from "../link.ts";
import { openPersonal, type Personal } from "../personal.ts";
import { addUser } from "../portal.ts";
import { callOver } from "../transports.ts";
import { planTargets } from "./plan-targets.ts";

/** Two organizations and a person, each with something of his own. */
export interface World {
  readonly connector: Connector;
  /** Has bound `acme-coffee`, and manages the Apps of `acme-corp`. */
  readonly owner: Partner;
  readonly proven: Proven;
  readonly manager: Partner;
  /** May call all that the owner and the manager may, and has nothing. */
  readonly stranger: Partner;
  readonly ungranted: Partner;
  readonly personal: Personal;
  /** Sessions of portal users who run these organizations and have linked GitHub accounts of their own. */
  readonly linked: { readonly owner: string; readonly stranger: string };
  /** Of portal users who own the owner's and the stranger's organization, by the keys of these. */
  readonly sessions: ReadonlyMap<string, string>;
}

/** Starts the edition that has all of the routes. */
export async function startWorld(): Promise<World> {
  const connector = await startConnector({ edition: "ghes-3.3" });
  const owner = await connector.addPartner();
  const proven = await bindAcme(connector, owner);
  const manager = await addManager(connector);
  await grant(connector, manager);
  const stranger = await connector.addPartner({ scopes: ["*"] });
  const sessionOf = async ({ key, organizationId }: Partner) =>
    [key, (await addUser(connector, organizationId)).session] as const;
  const linkedOf = async ({ organizationId }: Partner, login: string) => {
    const user = await addUser(connector, organizationId);
    await linkGitHub(connector, user, login);
    return user.session;
  };
  return {
    connector,
    linked: {
      owner: await linkedOf(owner, "octo-admin"),
      stranger: await linkedOf(stranger, "octocat"),
    },
    owner,
    proven,
    manager,
    stranger,
    ungranted: await addManager(connector),
    personal: await openPersonal(connector),
    sessions: new Map([await sessionOf(owner), await sessionOf(stranger)]),
  };
}

type Input = Readonly<Record<string, unknown>>;

/** What the ids of an operation may name. */
export interface IdTargets {
  /** Who has something, and each time an input that names it. */
  readonly own: { readonly key: string; readonly input: () => Input | Promise<Input> };
  /** Who may call as well and names what another has, and what nobody has. */
  readonly others: {
    readonly key: string;
    readonly foreign: readonly Input[];
    readonly missing: readonly Input[];
  };
}

const nobodys = 999_999_999;
const nobodysState = "a-state-that-nobody-has";
/** A repository of an account that nobody here administers. */
const ofGlobex = 702_000_001;

/** A person's own installation with others' repositories, and others' installations. */
function ofPerson({ personal, proven }: World, key: string): IdTargets {
  const { installationId, otherRepositoryId: repository_id } = personal;
  const at = (installation_id: number) => ({ installation_id, repository_id });
  return {
    own: { key, input: () => at(installationId) },
    others: {
      key,
      foreign: [at(proven.installationId), { ...at(installationId), repository_id: ofGlobex }],
      missing: [at(nobodys), { ...at(installationId), repository_id: nobodys }],
    },
  };
}

/** An enterprise by its slug and its number. */
function ofEnterprise(name: EnterpriseOperation) {
  return ({ connector, manager, ungranted }: World): IdTargets => {
    const { id } = connector.sandbox.world.enterprise("acme-corp");
    const input = enterpriseInputs[name];
    const of = (enterprise: string) => ({ ...input, enterprise });
    const own = async () => {
      const installation_id = await installApp(connector, manager);
      return {
        ...input,
        ...("installation_id" in input && { installation_id }),
        ...(name === "enterprise.addRepositories" && { repositories: ["steeping-timer"] }),
      };
    };
    return {
      own: { key: manager.key, input: own },
      others: {
        key: ungranted.key,
        foreign: [of("acme-corp"), of(String(id))],
        missing: [of("nobodys-corp"), of(String(nobodys))],
      },
    };
  };
}

async function mint({ connector, owner }: World): Promise<{ token: string }> {
  const name = "github.createToken";
  const { body } = await callOver("REST", connector, { name, key: owner.key });
  return { token: (body as { token: string }).token };
}

/** The operations whose input names what somebody has. */
export const idTargets: Readonly<Record<string, (world: World) => IdTargets | Promise<IdTargets>>> =
  {
    "github.getInstallAttempt": async ({ connector, owner, stranger }) => {
      const { state } = await getInstallUrl(connector, owner);
      return {
        own: { key: owner.key, input: () => ({ state }) },
        others: { key: stranger.key, foreign: [{ state }], missing: [{ state: nobodysState }] },
      };
    },
    "github.registerInstallation": async ({ connector, owner, stranger, proven }) => {
      const { installationId } = proven;
      const { state } = await getInstallUrl(connector, stranger);
      return {
        own: { key: owner.key, input: () => ({ ...proven }) },
        others: {
          key: stranger.key,
          foreign: [{ ...proven }, { installationId, state }],
          missing: [
            { installationId, state: nobodysState },
            { installationId: nobodys, state },
          ],
        },
      };
    },
    "github.createToken": ({ owner }) => ({
      own: { key: owner.key, input: () => ({ repositories: ["espresso-api"] }) },
      others: {
        key: owner.key,
        foreign: [{ repositories: ["rocket"] }, { repositories: ["Hello-World"] }],
        missing: [{ repositories: ["nobodys"] }],
      },
    }),
    "github.revokeToken": async (world) => ({
      own: { key: world.owner.key, input: () => mint(world) },
      others: {
        key: world.stranger.key,
        foreign: [await mint(world)],
        missing: [{ token: "ghs_thatNobodyHas" }],
      },
    }),
    "portal.completeInstall": ({ linked, proven }) => ({
      own: { key: linked.owner, input: () => ({ installation_id: proven.installationId }) },
      others: {
        key: linked.stranger,
        foreign: [{ installation_id: proven.installationId }],
        missing: [{ installation_id: nobodys }],
      },
    }),
    "githubApi.listUserInstallationRepositories": ({ personal, proven }) => ({
      own: {
        key: personal.ghu,
        input: () => ({ installation_id: personal.installationId }),
      },
      others: {
        key: personal.ghu,
        foreign: [{ installation_id: proven.installationId }],
        missing: [{ installation_id: nobodys }],
      },
    }),
    "githubApi.addRepository": (world) => ofPerson(world, world.personal.ghp),
    "githubApi.removeRepository": (world) => {
      const { own, others } = ofPerson(world, world.personal.ghp);
      const add = async () => {
        const input = await own.input();
        const name = "githubApi.addRepository";
        await callOver("REST", world.connector, { name, key: own.key, input });
        return input;
      };
      return { own: { ...own, input: add }, others };
    },
    "githubApi.createContentAttachment": ({ connector, personal }) => {
      const { world } = connector.sandbox;
      const url = "https://errors.example/A-1";
      const of = (content_reference_id: number) => ({
        content_reference_id,
        title: "A-1",
        body: "An error",
      });
      const key = personal.ghs;
      return {
        own: { key, input: () => of(world.postUrl("octocat/Hello-World", url)) },
        others: { key, foreign: [of(world.postUrl("globex/rocket", url))], missing: [of(nobodys)] },
      };
    },
    ...Object.fromEntries(
      Object.keys(enterpriseInputs).map((name) => [
        name,
        ofEnterprise(name as EnterpriseOperation),
      ]),
    ),
    ...planTargets,
  };

/** The keys of inputs that name nothing that anybody has. Every other key is taken for an id. */
export const plainKeys: readonly string[] = [
  "body",
  "client_id",
  "cursor",
  "limit",
  "minValiditySeconds",
  "page",
  "per_page",
  "permissions",
  "repository_selection",
  "returnUrl",
  "search",
  "setup_action",
  "title",
  "uninstall",
];

/** Operations that make what their input names. */
export const makers: readonly string[] = ["github.installUrl", "portal.installUrl"];
