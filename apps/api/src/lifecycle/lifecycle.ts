import { GithubId } from "@layers/contracts";
import { z } from "zod";
import { handleJob, type JobHandler } from "../jobs/job-handler.ts";
import { deliveryJobs } from "../webhooks/delivery-jobs.ts";
import type { Hint } from "../webhooks/hint.ts";
import { type CheckLinksDeps, checkLinks } from "./check-links.ts";
import { Approval, type CompleteRequestDeps, completeRequest } from "./complete-request.ts";
import { checkInstallation } from "./installation-check.ts";
import type { RefreshInstallation } from "./refresh-installation.ts";

export interface LifecycleDeps extends CompleteRequestDeps, CheckLinksDeps {
  readonly github: CompleteRequestDeps["github"] & CheckLinksDeps["github"];
  readonly store: CompleteRequestDeps["store"];
  readonly refreshInstallation: RefreshInstallation;
}

/** What is done about GitHub's webhooks, and after a binding. */
export function createLifecycle(deps: LifecycleDeps): JobHandler[] {
  const onDelivery = ({ payload }: { readonly payload: Hint }) => follow(deps, payload);
  return [
    handleJob(deliveryJobs.uninstalled, onDelivery),
    handleJob(deliveryJobs.changed, onDelivery),
    handleJob(checkInstallation, async ({ payload: { installationId } }) => {
      await deps.refreshInstallation(installationId);
    }),
  ];
}

const AboutInstallation = z.object({ installationId: GithubId });
const AboutPerson = z.object({ senderId: GithubId });

/** Events after which tokens reach something else than before. */
const changeGrants: readonly unknown[] = ["installation_repositories", "repository"];

/** Looks where a webhook points. */
async function follow(deps: LifecycleDeps, hint: Hint): Promise<void> {
  const { event, action } = hint;
  if (event === "github_app_authorization") {
    await checkLinks(deps, AboutPerson.parse(hint).senderId);
    return;
  }
  const { installationId } = AboutInstallation.parse(hint);
  const grantChanged = changeGrants.includes(event) || action === "new_permissions_accepted";
  const installation = await deps.refreshInstallation(installationId, { grantChanged });
  const isApproval = action === "created" && hint["requesterId"] !== null;
  if (installation && isApproval) await completeRequest(deps, installation, Approval.parse(hint));
}
