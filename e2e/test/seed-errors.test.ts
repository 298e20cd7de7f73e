import { afterAll, beforeAll } from "vitest";
import { type Connector, type Partner, returnUrl, startConnector } from "../src/connector.ts";
import { bindAcme, connectInBrowser, getInstallUrl, type Proven } from "../src/journey.ts";
import { describeRefusals, type RefusalCase } from "../src/refusal-cases.ts";
import { callOver } from "../src/transports.ts";

/** The errors that the documentation of the two first routes prints, each over every transport. */

interface Fixtures {
  readonly partner: Partner;
  /** A key of the same organization without `github:admin`. */
  readonly tokenKey: string;
  /** A key whose write budget is exhausted. */
  readonly spentKey: string;
  /** Bound to `acme-coffee`; another installation is proven. */
  readonly bound: Partner;
  readonly proven: Proven;
  /** Proven, and gone from GitHub since. */
  readonly gone: Proven;
  /** Proven, and suspended on GitHub since. */
  readonly suspended: Proven;
  readonly foreignState: string;
}

let connector: Connector;
let fixtures: Fixtures;

beforeAll(async () => {
  const now = Date.now() * 1000;
  connector = await startConnector({ clock: () => now });
  const { sandbox } = connector;
  const partner = await connector.addPartner();
  const { organizationId } = partner;
  const bound = await connector.addPartner();
  await bindAcme(connector, bound);
  const proven = await connectInBrowser(connector, bound, {
    login: "globex-admin",
    account: "globex",
  });
  sandbox.world.install("octocat");
  const person = { login: "octocat", account: "octocat" };
  const suspended = await connectInBrowser(connector, partner, person);
  sandbox.world.uninstall("octocat");
  sandbox.world.install("octocat");
  const gone = suspended;
  const next = await connectInBrowser(connector, partner, person);
  sandbox.world.suspend("octocat");
  fixtures = {
    partner,
    tokenKey: (await connector.addPartner({ organizationId, scopes: ["github:token"] })).key,
    spentKey: await spendWrites(),
    bound,
    proven,
    gone,
    suspended: next,
    foreignState: (await getInstallUrl(connector, bound)).state,
  };
});
afterAll(() => connector[Symbol.asyncDispose]());

async function spendWrites(): Promise<string> {
  const { key } = await connector.addPartner({ tier: "standard" });
  for (let spent = 0; spent < 60; spent++)
    await callOver("REST", connector, { name: "github.installUrl", key });
  return key;
}

type Case = RefusalCase<Fixtures>;

const requiredReturnUrl = { path: "returnUrl", message: "Required." };
const installUrlErrors: Case[] = [
  {
    when: "returnUrl is missing",
    code: "VALIDATION",
    call: ({ partner }) => ({ key: partner.key }),
    issues: [requiredReturnUrl],
  },
  {
    when: "returnUrl is not HTTPS",
    code: "VALIDATION",
    call: ({ partner }) => ({
      key: partner.key,
      input: { returnUrl: returnUrl.replace("https", "http") },
    }),
    issues: [{ path: "returnUrl", message: "Must be an HTTPS URL with a plain host name." }],
  },
  {
    when: "returnUrl is no URL",
    code: "VALIDATION",
    call: ({ partner }) => ({ key: partner.key, input: { returnUrl: "callback" } }),
    issues: [{ path: "returnUrl", message: "Must be an absolute HTTPS URL." }],
  },
  {
    when: "the state is another organization's",
    code: "VALIDATION",
    call: ({ partner, foreignState: state }) => ({ key: partner.key, input: { returnUrl, state } }),
    issues: [{ path: "state", message: "Was used before. Leave it out to have one generated." }],
  },
  {
    when: "the state is shorter than 16 characters",
    code: "VALIDATION",
    call: ({ partner }) => ({ key: partner.key, input: { returnUrl, state: "fifteen-letters" } }),
    issues: [{ path: "state", message: "Has the wrong format." }],
  },
  {
    when: "a parameter is unknown",
    code: "VALIDATION",
    call: ({ partner }) => ({ key: partner.key, input: { returnUrl, redirect: "x" } }),
    issues: [{ path: "redirect", message: "Unknown key." }],
  },
  {
    when: "the key is missing",
    code: "UNAUTHENTICATED",
    call: () => ({ input: { returnUrl } }),
  },
  {
    when: "the key lacks github:admin",
    code: "FORBIDDEN_SCOPE",
    call: ({ tokenKey }) => ({ key: tokenKey, input: { returnUrl } }),
  },
  {
    when: "returnUrl is not on the key's list",
    code: "RETURN_URL_NOT_ALLOWED",
    call: ({ partner }) => ({
      key: partner.key,
      input: { returnUrl: "https://evil.example/layers/callback" },
    }),
  },
  {
    when: "the write budget is exhausted",
    code: "RATE_LIMITED",
    call: ({ spentKey }) => ({ key: spentKey, input: { returnUrl } }),
  },
];

const unproven = {
  path: "state",
  message: "No install attempt has proven this installation. Start again with a new install URL.",
};
const someState = "lUNN5tIRm-K3a8sBXvBQDxVOCgz2x9YK";
const registerErrors: Case[] = [
  {
    when: "installationId is missing",
    code: "VALIDATION",
    call: ({ partner }) => ({ key: partner.key, input: { state: someState } }),
    issues: [{ path: "installationId", message: "Required." }],
  },
  {
    when: "state is missing",
    code: "VALIDATION",
    call: ({ partner }) => ({ key: partner.key, input: { installationId: 50291845 } }),
    issues: [{ path: "state", message: "Required." }],
  },
  {
    when: "orgLogin and note are supplied",
    code: "VALIDATION",
    call: ({ partner }) => ({
      key: partner.key,
      input: {
        installationId: 50291845,
        state: someState,
        orgLogin: "acme-coffee",
        note: "first",
      },
    }),
    issues: [
      { path: "orgLogin", message: "Unknown key." },
      { path: "note", message: "Unknown key." },
    ],
  },
  {
    when: "the installation does not exist on GitHub any more",
    code: "VALIDATION",
    call: ({ partner, gone }) => ({ key: partner.key, input: { ...gone } }),
    issues: [unproven],
  },
  {
    when: "the installation is suspended on GitHub",
    code: "VALIDATION",
    call: ({ partner, suspended }) => ({ key: partner.key, input: { ...suspended } }),
    issues: [unproven],
  },
  {
    when: "the state is unknown",
    code: "VALIDATION",
    call: ({ partner }) => ({
      key: partner.key,
      input: { installationId: 50291845, state: someState },
    }),
    issues: [unproven],
  },
  {
    when: "the state has proven another organization's installation",
    code: "VALIDATION",
    call: ({ partner, proven }) => ({ key: partner.key, input: { ...proven } }),
    issues: [unproven],
  },
  {
    when: "the key is missing",
    code: "UNAUTHENTICATED",
    call: ({ proven }) => ({ input: { ...proven } }),
  },
  {
    when: "the key lacks github:admin",
    code: "FORBIDDEN_SCOPE",
    call: ({ tokenKey, proven }) => ({ key: tokenKey, input: { ...proven } }),
  },
  {
    when: "the organization has a different installation bound",
    code: "CONFLICT",
    call: ({ bound, proven }) => ({ key: bound.key, input: { ...proven } }),
  },
  {
    when: "the write budget is exhausted",
    code: "RATE_LIMITED",
    call: ({ spentKey, proven }) => ({ key: spentKey, input: { ...proven } }),
  },
];

const started = () => ({ connector, fixtures });
describeRefusals("github.installUrl", installUrlErrors, started);
describeRefusals("github.registerInstallation", registerErrors, started);
