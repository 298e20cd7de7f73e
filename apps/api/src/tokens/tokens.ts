import { AppError, type contract, hasScope, invalid } from "@layers/contracts";
import type { Store } from "@layers/storage";
import { actorOf, auditLine } from "../audit.ts";
import { type Clock, toTime } from "../clock.ts";
import type { Handlers, TenantContext } from "../context.ts";
import { sha256 } from "../crypto/digest.ts";
import type { Narrowing } from "../github/github.ts";
import { requireBinding } from "../installations/require-binding.ts";
import { holdToCeiling } from "./token-ceiling.ts";
import type { TokenVault } from "./token-vault.ts";

export interface TokensDeps {
  readonly store: Store;
  readonly vault: TokenVault;
  readonly clock: Clock;
}

type Principal = TenantContext["principal"];
type Tokens = Pick<Handlers<typeof contract.github>, "createToken" | "revokeToken">;

/** Hands out installation tokens and takes them back. */
export function createTokens({ store, vault, clock }: TokensDeps): Tokens {
  return {
    async createToken({ context, input }) {
      const { repositories, permissions } = toNarrowing(context.principal, input);
      const binding = await requireBinding(store, context.principal.organizationId);
      const { minValiditySeconds } = input;
      const token = await vault.get(binding, { repositories, permissions, minValiditySeconds });
      await store.audit.append(
        auditLine(clock, actorOf(context), {
          action: "token.issue",
          target: String(binding.installationId),
          details: { ...fingerprint(token.token), permissions: token.permissions, repositories },
        }),
      );
      return {
        token: token.token,
        expiresAt: toTime(token.expiresAt * 1000),
        permissions: token.permissions,
        repositorySelection: token.repositorySelection,
        ...(token.repositories && { repositories: [...token.repositories] }),
      };
    },

    async revokeToken({ context, input }) {
      const { organizationId } = context.principal;
      const event = { action: "token.revoke", target: "token", details: fingerprint(input.token) };
      const line = auditLine(clock, actorOf(context), event);
      const issued = { organizationId, token: input.token };
      if (!(await vault.revoke(issued, (tx) => tx.audit.append(line))))
        throw new AppError("NOT_FOUND");
    },
  };
}

const fingerprint = (token: string) => ({ tokenSha256: sha256(token).toString("hex") });

/** What the token is narrowed to: what is asked for, or else the ceiling of the key. */
function toNarrowing(principal: Principal, asked: Narrowing): Narrowing {
  const permissions = isEmpty(asked.permissions) ? undefined : asked.permissions;
  const ceiling = principal.kind === "partner" ? principal.tokenCeiling : undefined;
  const held = holdToCeiling({ ...asked, permissions }, ceiling);
  if (!held.permissions && !mayAskForEverything(principal))
    throw invalid("permissions", "Required: this key may not ask for everything.");
  return held;
}

/** A manager of the organization may, and so may a key that administers its installation. */
const mayAskForEverything = (principal: Principal): boolean =>
  principal.kind === "portal" || hasScope(principal.scopes, "github:admin");

const isEmpty = (permissions: object | undefined): boolean =>
  permissions === undefined || Object.keys(permissions).length === 0;
