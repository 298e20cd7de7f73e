import type { GitHub } from "./github.ts";
import { EnterpriseInstallationBody } from "./github-bodies.ts";
import { readBody, type SendToGitHub } from "./github-requests.ts";

/** What the App's own credential tells about the enterprises that it is installed on. */
export const enterpriseReads = (send: SendToGitHub): Pick<GitHub, "findEnterprise"> => ({
  async findEnterprise(by) {
    const request =
      "slug" in by
        ? {
            route: "GET /enterprises/{enterprise}/installation",
            parameters: { enterprise: by.slug },
          }
        : {
            route: "GET /app/installations/{installation_id}",
            parameters: { installation_id: by.installationId },
          };
    const answer = await send({ ...request, as: "app", limitedBy: "app" });
    return answer.status === 404 ? undefined : readBody(EnterpriseInstallationBody, answer);
  },
});
