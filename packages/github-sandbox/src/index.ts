export type { Fault, FaultInput } from "./admin/fault.ts";
export type { RequestLogEntry } from "./admin/request-log.ts";
export type { CredentialKind } from "./api/credential.ts";
export { type AppKeyPair, generateAppKeyPair } from "./key-pair.ts";
export type { AppOptions, AppSettings, TokenFormat } from "./registration.ts";
export { type GitHubSandbox, type SandboxOptions, startGitHubSandbox } from "./sandbox.ts";
export type { InstallationSummary, InstallOptions, Scenario } from "./scenario.ts";
export type { IssuedUserToken } from "./world/user-tokens.ts";
