import { type Api, type Endpoint, endpoint, ok } from "../endpoint.ts";
import {
  documented,
  needing,
  readInstallations,
  readRepositories,
  requireEnterprise,
  requireOrganization,
} from "../enterprise-call.ts";
import { paginate } from "../pagination.ts";
import {
  presentAccessibleRepository,
  presentInstallableOrganization,
} from "../present/enterprise.ts";

export const enterpriseOrganizationEndpoints = (api: Api): Endpoint[] => [
  endpoint({
    route: "GET /enterprises/:enterprise/apps/installable_organizations",
    docs: documented("get-enterprise-owned-organizations-that-can-have-github-apps-installed"),
    ...needing(readInstallations),
    handle(call) {
      const enterprise = requireEnterprise(api, call);
      const urls = api.urls();
      const all = api.world.enterprises.organizationsOf(enterprise);
      const page = paginate(all, { ...call, apiUrl: urls.api });
      return ok(
        page.items.map((row) => presentInstallableOrganization(row, enterprise, urls)),
        page.headers,
      );
    },
  }),
  endpoint({
    route:
      "GET /enterprises/:enterprise/apps/installable_organizations/:org/accessible_repositories",
    docs: documented("get-repositories-belonging-to-an-enterprise-owned-organization"),
    ...needing(readRepositories),
    handle(call) {
      const { organization } = requireOrganization(api, call);
      const all = api.world.accounts.repositoriesOf(organization.id);
      const page = paginate(all, { ...call, apiUrl: api.urls().api });
      return ok(
        page.items.map((row) => presentAccessibleRepository(row, organization)),
        page.headers,
      );
    },
  }),
];
