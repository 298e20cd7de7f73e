import {
  type Account,
  accounts,
  adminOf,
  type Expected,
  life,
  type ModelAttempt,
  type ModelBinding,
  type ModelInstallation,
  type ModelOrganization,
  type ModelToken,
  memberOf,
  type Person,
  refused,
  type Scope,
} from "./state.ts";
import { isActive, toView } from "./views.ts";

/** Where a visit ends, as far as the model tells. */
export type ExpectedEnding =
  | { readonly page: number }
  | { readonly error: string }
  | { readonly installationId: number };

export interface Visit {
  readonly attempt: ModelAttempt;
  readonly person: Person;
  /** Undefined for the page on which the person chooses what is installed already. */
  readonly installationId: number | undefined;
  readonly click: "connect" | "decline";
}

/** The service as its documents describe it, without a database, without GitHub and without races. */
export class Model {
  /** Ours less GitHub's, milliseconds. */
  skew = 0;
  readonly attempts: ModelAttempt[] = [];
  readonly bindings: ModelBinding[] = [];
  readonly tokens: ModelToken[] = [];
  readonly installations: ModelInstallation[] = [];
  readonly revokedKeys = new Set<string>();
  readonly organizations: readonly ModelOrganization[];
  now: number;

  constructor(organizations: readonly ModelOrganization[], now: number) {
    this.organizations = organizations;
    this.now = now;
  }

  get ours(): number {
    return this.now + this.skew;
  }

  installed = (account: Account): ModelInstallation | undefined =>
    this.installations.find((each) => each.exists && each.account === account);
  shown = (organization: ModelOrganization): ModelBinding | undefined =>
    this.bindings.find((each) => each.organization === organization && !each.hidden);
  active = (organization: ModelOrganization): ModelBinding | undefined =>
    this.bindings.find((each) => each.organization === organization && isActive(each));
  isExpired = (attempt: ModelAttempt): boolean =>
    attempt.status !== "bound" && attempt.expiresAt <= this.ours;
  /** Whether a token is dead for good. */
  isOver = ({ binding: { installation }, dead, expiresAt }: ModelToken): boolean =>
    !installation.exists || dead || this.now >= expiresAt;
  isAlive = (token: ModelToken): boolean =>
    !this.isOver(token) && !token.binding.installation.suspended;

  start(organization: ModelOrganization, state: string): void {
    this.attempts.push({
      organization,
      apiKeyId: organization.key.apiKeyId,
      state,
      createdAt: this.ours,
      expiresAt: this.ours + life.attempt,
      status: "created",
      reason: undefined,
      installationId: undefined,
    });
  }

  /** What a person's trip to GitHub leads to. */
  visit({ attempt, person, installationId, click }: Visit): ExpectedEnding {
    if (this.isExpired(attempt)) return this.leave(attempt, { error: "expired" });
    if (attempt.installationId !== undefined)
      return this.leave(
        attempt,
        (installationId ?? attempt.installationId) === attempt.installationId
          ? { installationId: attempt.installationId }
          : { error: "not_proven" },
      );
    const latest = Math.min(this.ours + life.pages, attempt.createdAt + life.longestAttempt);
    const expiresAt = Math.max(attempt.expiresAt, latest);
    Object.assign(attempt, { status: "redirected", reason: undefined, expiresAt });

    const account = accounts.find((each) => adminOf[each] === person) ?? memberOf[person];
    const installation =
      installationId === undefined
        ? account && this.installed(account)
        : this.installations.find((each) => each.exists && each.id === installationId);
    const isLive = installation && !installation.suspended;
    if (
      !isLive ||
      (adminOf[installation.account] !== person && memberOf[person] !== installation.account)
    )
      return this.fail(attempt, "not_proven");
    if (adminOf[installation.account] !== person) return this.fail(attempt, "not_admin");
    const owner = this.bindings.find(
      (each) => isActive(each) && each.installation === installation,
    );
    if (owner && owner.organization !== attempt.organization) {
      const ending = this.fail(attempt, "not_proven");
      return "page" in ending ? ending : { page: 409 };
    }
    if (!this.mayReturn(attempt)) return { page: 403 };
    if (click === "decline") return this.fail(attempt, "access_denied");
    Object.assign(attempt, { status: "verified", expiresAt: this.ours + life.proof });
    attempt.installationId = installation.id;
    return { installationId: installation.id };
  }

  register(
    organization: ModelOrganization,
    attempt: ModelAttempt | undefined,
    installationId: number,
  ): Expected {
    const active = this.active(organization);
    if (active?.installation.id === installationId) return { status: 201, body: toView(active) };
    const isProven =
      attempt?.status === "verified" &&
      attempt.organization === organization &&
      attempt.installationId === installationId &&
      !this.isExpired(attempt);
    const installation = this.installations.find(({ id }) => id === installationId);
    if (!isProven || !installation?.exists || installation.suspended) return refused("VALIDATION");
    if (this.bindings.some((each) => isActive(each) && each.installation === installation))
      return refused("VALIDATION");
    if (active) return refused("CONFLICT");
    attempt.status = "bound";
    const shown = this.shown(organization);
    if (shown) shown.hidden = true;
    const times = { registeredAt: this.ours, lastVerifiedAt: this.ours };
    const binding: ModelBinding = {
      organization,
      installation,
      ...times,
      status: "active",
      hidden: false,
    };
    this.bindings.push(binding);
    return { status: 201, body: toView(binding) };
  }

  detach(
    organization: ModelOrganization,
    { uninstall, githubFails }: { uninstall: boolean; githubFails: boolean },
  ): Expected {
    const binding = this.shown(organization);
    if (!binding) return refused("NOT_FOUND");
    const tokens = this.liveTokens(binding);
    for (const token of tokens) token.withheld = true;
    const uninstalls = uninstall && binding.status !== "uninstalled";
    if (githubFails && (tokens.length > 0 || uninstalls)) return refused("GITHUB_UNAVAILABLE");
    for (const token of tokens) this.revoke(token);
    for (const token of this.tokens)
      if (token.binding === binding && token.expiresAt <= this.ours) token.escaped = true;
    if (uninstalls) binding.installation.exists = false;
    Object.assign(binding, { status: "detached", hidden: true });
    const status = uninstalls ? "uninstalled" : "detached";
    return { status: 200, body: { installationId: binding.installation.id, status } };
  }

  /** A token to hand out, or why there is none. */
  createToken(
    organization: ModelOrganization,
    { scope, lives, githubFails }: { scope: Scope; lives: number; githubFails: boolean },
  ): Expected | ModelToken {
    const binding = this.shown(organization);
    if (!binding) return refused("NOT_FOUND");
    if (binding.status === "suspended") return refused("INSTALLATION_SUSPENDED");
    if (binding.status === "uninstalled") return refused("INSTALLATION_UNINSTALLED");
    const kept = this.usableToken(binding, scope, Math.max(lives, life.usable));
    if (kept) return kept;
    if (githubFails) return refused("GITHUB_UNAVAILABLE");
    this.observe(binding, { onlyTrouble: true });
    if (!binding.installation.exists) return refused("INSTALLATION_UNINSTALLED");
    if (binding.installation.suspended) return refused("INSTALLATION_SUSPENDED");
    return scope === "beyond" ? refused("VALIDATION") : this.mint(binding, scope);
  }

  revokeToken(
    organization: ModelOrganization,
    token: ModelToken | undefined,
    { githubFails }: { githubFails: boolean },
  ): Expected {
    const isTheirs = token?.binding.organization === organization;
    if (!isTheirs || token.revoked || token.expiresAt <= this.ours) return refused("NOT_FOUND");
    token.withheld = true;
    if (githubFails) return refused("GITHUB_UNAVAILABLE");
    this.revoke(token);
    return { status: 204 };
  }

  health(organization: ModelOrganization): Expected {
    const binding = this.shown(organization);
    if (!binding) return refused("NOT_FOUND");
    const { exists, suspended } = binding.installation;
    this.observe(binding, { onlyTrouble: false });
    if (exists && !suspended) {
      const token = this.usableToken(binding, "all", life.usable) ?? this.mint(binding, "all");
      if (!this.isAlive(token)) {
        token.revoked = true;
        this.mint(binding, "all");
      }
    }
    const inStep = Math.abs(this.skew) <= 30_000;
    return { status: 200, body: { healthy: exists && !suspended && inStep } };
  }

  /** What the service does once a minute. */
  maintain(): void {
    for (const binding of this.bindings)
      if (!isActive(binding)) for (const token of this.liveTokens(binding)) this.revoke(token);
  }

  private leave(attempt: ModelAttempt, ending: ExpectedEnding): ExpectedEnding {
    return this.mayReturn(attempt) ? ending : { page: 403 };
  }

  /** The key that started the attempt decides where its visitors may be sent. */
  private mayReturn({ organization, apiKeyId }: ModelAttempt): boolean {
    return !organization.suspended && !this.revokedKeys.has(apiKeyId);
  }

  private fail(attempt: ModelAttempt, reason: NonNullable<ModelAttempt["reason"]>): ExpectedEnding {
    Object.assign(attempt, { status: "failed", reason });
    return this.leave(attempt, { error: reason === "not_admin" ? "not_proven" : reason });
  }

  private usableToken(binding: ModelBinding, scope: Scope, lives: number): ModelToken | undefined {
    return this.tokens
      .filter((each) => each.binding === binding && each.scope === scope)
      .filter(({ withheld, revoked }) => !withheld && !revoked)
      .filter(({ expiresAt }) => expiresAt > this.ours + lives)
      .toSorted((a, b) => a.expiresAt - b.expiresAt)
      .at(-1);
  }

  private mint(binding: ModelBinding, scope: Scope): ModelToken {
    const expiresAt = this.now + life.token;
    const token: ModelToken = {
      binding,
      scope,
      expiresAt,
      text: undefined,
      withheld: false,
      revoked: false,
      dead: false,
      escaped: false,
    };
    this.tokens.push(token);
    return token;
  }

  private liveTokens(binding: ModelBinding): ModelToken[] {
    return this.tokens.filter(
      (each) => each.binding === binding && !each.revoked && each.expiresAt > this.ours,
    );
  }

  /** GitHub takes no revocation while it has the installation suspended. */
  private revoke(token: ModelToken): void {
    token.revoked = true;
    token.escaped = token.binding.installation.suspended;
    token.dead = !token.escaped;
  }

  /** Our row follows GitHub when we look; an ended binding never comes back. */
  private observe(binding: ModelBinding, { onlyTrouble }: { onlyTrouble: boolean }): void {
    const { exists, suspended } = binding.installation;
    if (!isActive(binding) || (onlyTrouble && exists && !suspended)) return;
    const live = suspended ? "suspended" : "active";
    Object.assign(binding, { status: exists ? live : "uninstalled", lastVerifiedAt: this.ours });
  }
}
