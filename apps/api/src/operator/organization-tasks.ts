import { AppError } from "@layers/contracts";
import type { OrganizationRow, Queries } from "@layers/storage";
import { newId } from "../ids.ts";
import { checkName } from "./name.ts";
import type { Operator, OperatorDeps } from "./operator.ts";
import { createOperatorAudit } from "./operator-audit.ts";

type OrganizationTasks = Pick<
  Operator,
  "createOrganization" | "listOrganizations" | "setSuspended" | "setConsentRequired"
>;

export function organizationTasks({ store, clock }: OperatorDeps): OrganizationTasks {
  const audit = createOperatorAudit(clock);

  /** Runs `write` unless the organization is as wanted already. */
  const change = (
    id: string,
    isDone: (organization: OrganizationRow) => boolean,
    { action, write }: { action: string; write: (tx: Queries) => Promise<unknown> },
  ) =>
    store.transaction(async (tx) => {
      const organization = await tx.organizations.find(id);
      if (!organization) throw new AppError("NOT_FOUND");
      if (isDone(organization)) return;
      await write(tx);
      await audit(tx, id, { action, target: id });
    });

  return {
    async createOrganization(text) {
      const name = checkName(text);
      return store.transaction(async (tx) => {
        const id = newId("org");
        const createdAt = clock();
        const organization = { id, name, consentRequired: 1, suspendedAt: null, createdAt };
        await tx.organizations.insert(organization);
        await audit(tx, id, { action: "organization.create", target: id });
        return organization;
      });
    },
    listOrganizations: () => store.organizations.list(),
    setSuspended: (id, suspended) =>
      change(id, ({ suspendedAt }) => (suspendedAt !== null) === suspended, {
        action: suspended ? "organization.suspend" : "organization.resume",
        write: (tx) => tx.organizations.setSuspendedAt(id, suspended ? clock() : null),
      }),
    setConsentRequired: (id, required) =>
      change(id, ({ consentRequired }) => (consentRequired === 1) === required, {
        action: required ? "consent.on" : "consent.off",
        write: (tx) => tx.organizations.setConsentRequired(id, required),
      }),
  };
}
