import { AppError, type contract, hasScope, invalid } from "@layers/contracts";
import type { Store } from "@layers/storage";
import { actorOf, auditLine } from "../audit.ts";
import { type Clock, toTime } from "../clock.ts";
import type { Handlers, TenantContext } from "../context.ts";
import { sha256 } from "../crypto/digest.ts";
import { requireBinding } from "../installations/require-binding.ts";
import type { TokenVault } from "./token-vault.ts";

export interface TokensDeps {
  readonly store: Store;
  readonly vault: TokenVault;
  readonly clock: Clock;
}

type Tokens = Pick<Handlers<typeof contract.github>, "createToken" | "revokeToken">;

/** Hands out installation tokens and takes them back. */
export function createTokens({ store, vault, clock }: TokensDeps): Tokens {
  return {
    async createToken({ context, input }) {
      const permissions = isEmpty(input.permissions) ? undefined : input.permissions;
      if (!permissions && !mayAskForEverything(context.principal))
        throw invalid("permissions", "Required: this key may not ask for everything.");
      const binding = await requireBinding(store, context.principal.organizationId);
      const { repositories, minValiditySeconds } = input;
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

/** A manager of the organization may, and so may a key that administers its installation. */
const mayAskForEverything = (principal: TenantContext["principal"]): boolean =>
  principal.kind === "portal" || hasScope(principal.scopes, "github:admin");

const isEmpty = (permissions: object | undefined): boolean =>
  permissions === undefined || Object.keys(permissions).length === 0;
