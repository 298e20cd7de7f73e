import { afterAll, beforeAll } from "vitest";
import type { Connector, Partner } from "../../src/connector.ts";
import {
  absent,
  addPlanner,
  createPlanner,
  enterprise,
  startPlanned,
  wanted,
} from "../../src/plans.ts";
import { describeRefusals, type RefusalCase } from "../../src/refusal-cases.ts";

interface Fixtures {
  readonly key: string;
  /** Of another organization that may plan in the same enterprise. */
  readonly otherKey: string;
  /** May read enterprises and jobs, and not change them. */
  readonly readingKey: string;
  /** May change what it is granted, which is nothing. */
  readonly ungrantedKey: string;
  readonly planned: string;
  readonly applied: string;
  readonly expired: string;
  /** Made before its organization's grant was revoked. */
  readonly orphaned: { readonly key: string; readonly id: string };
  readonly jobId: string;
}

let connector: Connector;
let fixtures: Fixtures;
beforeAll(async () => {
  const started = await startPlanned();
  ({ connector } = started);
  const planner = createPlanner(started);
  const planOf = async (by = planner) => (await by.plan({ installations: [wanted(1, "all")] })).id;
  const former = await addPlanner(connector);
  const ofFormer = await planOf(createPlanner({ connector, partner: former.partner }));
  await connector.operator.revokeEnterprise(former.grantId);
  const expired = await planOf();
  connector.advance(3601);
  const applied = await planOf();
  const job = await planner.apply(applied);
  const reader = await connector.addPartner({
    organizationId: started.partner.organizationId,
    scopes: ["enterprise:read", "jobs:read"],
  });
  const ungranted: Partner = await connector.addPartner({ scopes: ["enterprise:write"] });
  fixtures = {
    key: started.partner.key,
    otherKey: (await addPlanner(connector)).partner.key,
    readingKey: reader.key,
    ungrantedKey: ungranted.key,
    planned: await planOf(),
    applied,
    expired,
    orphaned: { key: former.partner.key, id: ofFormer },
    jobId: job.id,
  };
}, 30_000);
afterAll(() => connector[Symbol.asyncDispose]());

type Case = RefusalCase<Fixtures>;
type Input = Readonly<Record<string, unknown>>;

const good = wanted(1, "all");
const wish = (input: Input): Input => ({ enterprise, ...input });
const nobodys = (prefix: string) => `${prefix}_${"0".repeat(26)}`;

const byReader = (input: (fixtures: Fixtures) => Input): Case => ({
  when: "the key may only read",
  code: "FORBIDDEN_SCOPE",
  call: (all) => ({ key: all.readingKey, input: input(all) }),
});

/** A wish that is refused for one of its fields. */
const field = (when: string, input: Input, [path, message]: readonly [string, string]): Case => ({
  when,
  code: "VALIDATION",
  call: ({ key }) => ({ key, input: wish(input) }),
  issues: [{ path, message }],
});

const places = (count: number) => Array.from({ length: count }, (_, each) => wanted(each, "all"));

const planCases: Case[] = [
  byReader(() => wish({ installations: [good] })),
  {
    when: "the enterprise is not granted",
    code: "NOT_FOUND",
    call: ({ ungrantedKey: key }) => ({ key, input: wish({ installations: [good] }) }),
  },
  {
    when: "an App is not covered by the grant",
    code: "FORBIDDEN",
    call: ({ key }) => ({ key, input: wish({ installations: [{ ...good, clientId: "Iv1.x" }] }) }),
    issues: [
      { path: "clientId", message: "Names an App that your organization's grant does not cover." },
    ],
  },
  field("nothing is named", {}, ["installations", "Name at least one, here or in `absent`."]),
  field(
    "101 places are named",
    {
      installations: places(60),
      absent: Array.from({ length: 41 }, (_, each) => absent(each + 60)),
    },
    ["installations", "Must have at most 100 items together with `absent`."],
  ),
  field(
    "a place is named twice",
    { installations: [good, { ...good, organization: good.organization.toUpperCase() }] },
    ["installations", "Holds an App twice for one organization."],
  ),
  field(
    "repositories are missing",
    { installations: [{ ...good, repositorySelection: "selected" }] },
    ["installations[0].repositories", "Goes together with `selected`."],
  ),
  field("repositories are named with all", { installations: [{ ...good, repositories: ["a"] }] }, [
    "installations[0].repositories",
    "Goes together with `selected`.",
  ]),
  field(
    "a repository has an owner",
    {
      installations: [{ ...good, repositorySelection: "selected", repositories: ["acme/a"] }],
    },
    ["installations[0].repositories[0]", "Has the wrong format."],
  ),
  field("a key is unknown", { installations: [good], others: "remove" }, [
    "others",
    "Unknown key.",
  ]),
];

/** What is refused of both: to read a plan and to apply it. */
const commonCases: Case[] = [
  byReader(({ planned: id }) => ({ enterprise, id })),
  {
    when: "the plan is another organization's",
    code: "NOT_FOUND",
    call: ({ otherKey: key, planned: id }) => ({ key, input: { enterprise, id } }),
  },
  {
    when: "there is no such plan",
    code: "NOT_FOUND",
    call: ({ key }) => ({ key, input: { enterprise, id: nobodys("plan") } }),
  },
  {
    when: "the plan is of another enterprise",
    code: "NOT_FOUND",
    call: ({ key, planned: id }) => ({ key, input: { enterprise: "acme-corp", id } }),
  },
  {
    when: "the id is none of a plan",
    code: "VALIDATION",
    call: ({ key, jobId: id }) => ({ key, input: { enterprise, id } }),
    issues: [{ path: "id", message: "Has the wrong format." }],
  },
];

const tables: Record<string, Case[]> = {
  "enterprise.plan": planCases,
  "enterprise.getPlan": commonCases,
  "enterprise.apply": [
    ...commonCases,
    {
      when: "the plan was applied",
      code: "PLAN_APPLIED",
      call: ({ key, applied: id }) => ({ key, input: { enterprise, id } }),
    },
    {
      when: "the plan has expired",
      code: "PLAN_EXPIRED",
      call: ({ key, expired: id }) => ({ key, input: { enterprise, id } }),
    },
    {
      when: "the grant was revoked",
      code: "NOT_FOUND",
      call: ({ orphaned: { key, id } }) => ({ key, input: { enterprise, id } }),
    },
  ],
  "jobs.get": [
    {
      when: "the key may not read jobs",
      code: "FORBIDDEN_SCOPE",
      call: ({ ungrantedKey: key, jobId: id }) => ({ key, input: { id } }),
    },
    {
      when: "the job is another organization's",
      code: "NOT_FOUND",
      call: ({ otherKey: key, jobId: id }) => ({ key, input: { id } }),
    },
    {
      when: "there is no such job",
      code: "NOT_FOUND",
      call: ({ key }) => ({ key, input: { id: nobodys("job") } }),
    },
  ],
};

for (const [name, cases] of Object.entries(tables))
  describeRefusals(name, cases, () => ({ connector, fixtures }));
