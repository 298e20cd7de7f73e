export type { ChangeLogEntry } from "./admin/change-log.ts";
export type { Fault, FaultInput } from "./admin/fault.ts";
export type { RequestLogEntry } from "./admin/request-log.ts";
export type { Limited } from "./api/budgets.ts";
export type { CredentialKind } from "./api/credential.ts";
export type { ApiVersion } from "./api/versions.ts";
export { type Edition, editions } from "./edition.ts";
export type { HookFault, HookFaultInput } from "./hooks/hook-fault.ts";
export { type AppKeyPair, generateAppKeyPair } from "./key-pair.ts";
export type { AppOptions, AppSettings, Hook, TokenFormat } from "./registration.ts";
export { type GitHubSandbox, type SandboxOptions, startGitHubSandbox } from "./sandbox.ts";
export type { InstallationSummary, InstallOptions, Scenario } from "./scenario.ts";
export type {
  EnterpriseScenario,
  EnterpriseSummary,
  NewEnterprise,
  NewOrganization,
} from "./scenario-enterprises.ts";
export type { OtherAppScenario } from "./scenario-other-apps.ts";
export type { RepositoryScenario } from "./scenario-repositories.ts";
export type { RequestScenario } from "./scenario-requests.ts";
export type { ContentAttachment, HookDelivery, PersonalToken } from "./world/model.ts";
export type { IssuedUserToken } from "./world/user-tokens.ts";
