import { afterEach, beforeEach, describe } from "vitest";
import type { Store } from "../../src/index.ts";
import { addAttempt, addOrganization } from "../fixtures.ts";
import { describeAccess } from "./access.ts";
import { describeBindings } from "./bindings.ts";
import { describeEnterpriseGrants } from "./enterprise-grants.ts";
import { describeEnterprisePlans } from "./enterprise-plans.ts";
import { describeGitHubLinks } from "./github-links.ts";
import { describeInstallFlow } from "./install-flow.ts";
import { describeJobs } from "./jobs.ts";
import { describeListings } from "./listings.ts";
import { describeWebhookDeliveries } from "./webhook-deliveries.ts";

/** What every engine must do. `open` gives an empty store with the current schema. */
export function describeStore(engine: string, open: () => Promise<Store>): void {
  describe(engine, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      await addOrganization(store, "a");
      await addOrganization(store, "b");
      await addAttempt(store, "a");
    });
    afterEach(() => store.close());

    describeAccess(() => store);
    describeInstallFlow(() => store);
    describeGitHubLinks(() => store);
    describeBindings(() => store);
    describeListings(() => store);
    describeJobs(() => store);
    describeEnterprisePlans(() => store);
    describeEnterpriseGrants(() => store);
    describeWebhookDeliveries(() => store);
  });
}
