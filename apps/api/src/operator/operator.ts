import type { GrantedScope, KeyEnv, Tier } from "@layers/contracts";
import type {
  ApiKeyRow,
  EnterpriseGrantRow,
  MemberRow,
  OrganizationRow,
  Store,
} from "@layers/storage";
import type { Clock } from "../clock.ts";
import type { GitHubEnterprise } from "../github/github.ts";
import type { KeyDigests } from "../keys/key-digest.ts";
import type { TokenCeiling } from "../tokens/token-ceiling.ts";
import { ceilingTasks } from "./ceiling-tasks.ts";
import { domainTasks } from "./domain-tasks.ts";
import { enterpriseTasks } from "./enterprise-tasks.ts";
import { jobTasks } from "./job-tasks.ts";
import { keyTasks } from "./key-tasks.ts";
import { memberTasks } from "./member-tasks.ts";
import { organizationTasks } from "./organization-tasks.ts";

export interface OperatorDeps {
  readonly store: Store;
  readonly digests: KeyDigests;
  readonly keyEnv: KeyEnv;
  readonly clock: Clock;
}

export interface NewKey {
  readonly organizationId: string;
  readonly name: string;
  readonly scopes: readonly GrantedScope[];
  readonly tier: Tier;
  readonly allowedReturnDomains: readonly string[];
  /** Seconds from now; never if absent. */
  readonly lifeSeconds?: number | undefined;
  /** No limit of the key's own if absent. */
  readonly tokenCeiling?: TokenCeiling | undefined;
}

/** What an organization shall be granted. */
export interface NewEnterpriseGrant {
  readonly organizationId: string;
  /** The origin of GitHub's pages. */
  readonly host: string;
  readonly enterprise: Pick<GitHubEnterprise, "id" | "slug" | "installationId">;
  /** The Apps that may be installed, changed and removed. At least one. */
  readonly clientIds: readonly string[];
}

/** A key whose text is shown this once. */
export interface IssuedKey {
  readonly apiKeyId: string;
  readonly keyId: string;
  readonly text: string;
}

/**
 * What only the machine's operator may do. Unknown ids are `NOT_FOUND`, values that may not be are
 * `VALIDATION`. Each change has its line in the audit log; what is so already is not a change.
 */
export interface Operator {
  createOrganization(name: string): Promise<OrganizationRow>;
  listOrganizations(): Promise<OrganizationRow[]>;
  /** The kill switch: no key of a suspended organization is accepted. */
  setSuspended(organizationId: string, suspended: boolean): Promise<void>;
  /** Whether the install flow asks for a click before it connects. */
  setConsentRequired(organizationId: string, required: boolean): Promise<void>;
  createKey(key: NewKey): Promise<IssuedKey>;
  listKeys(organizationId: string): Promise<ApiKeyRow[]>;
  revokeKey(apiKeyId: string): Promise<void>;
  /** A new secret for a key; the ones before it live for `overlapSeconds` more, 0 … 604800. */
  rotateKey(apiKeyId: string, overlapSeconds: number): Promise<IssuedKey>;
  setTier(apiKeyId: string, tier: Tier): Promise<void>;
  /** The most that the tokens may reach that a key asks for from now on; undefined takes it away. */
  setTokenCeiling(apiKeyId: string, ceiling: TokenCeiling | undefined): Promise<void>;
  listDomains(apiKeyId: string): Promise<string[]>;
  /** Throws `VALIDATION` for what is no host, or everybody's. */
  addDomain(apiKeyId: string, domain: string): Promise<string[]>;
  removeDomain(apiKeyId: string, domain: string): Promise<string[]>;
  /** Lets an organization manage an enterprise. A grant that stands covers these client ids then. */
  grantEnterprise(grant: NewEnterpriseGrant): Promise<EnterpriseGrantRow>;
  revokeEnterprise(grantId: string): Promise<void>;
  /** Makes a portal user a member of an organization, or changes his role there. */
  putMember(member: Omit<MemberRow, "createdAt">): Promise<MemberRow>;
  /** His sessions act for the organization no more, from the next call on. */
  removeMember(member: Pick<MemberRow, "organizationId" | "userId">): Promise<void>;
  /** Lets a job that was given up begin anew. Throws `CONFLICT` for one that was not. */
  retryJob(jobId: string): Promise<void>;
}

export function createOperator(deps: OperatorDeps): Operator {
  return {
    ...organizationTasks(deps),
    ...keyTasks(deps),
    ...ceilingTasks(deps),
    ...domainTasks(deps),
    ...enterpriseTasks(deps),
    ...memberTasks(deps),
    ...jobTasks(deps),
  };
}
