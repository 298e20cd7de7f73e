import type { ModelBinding } from "./state.ts";

export const isActive = ({ status }: ModelBinding): boolean =>
  status === "active" || status === "suspended";

const preciseTime = (at: number): string => `${new Date(at).toISOString().slice(0, -1)}000+00:00`;

/** A binding as `registerInstallation` shows it. */
export function toView({ installation: { id, account }, registeredAt, status }: ModelBinding) {
  return {
    installationId: id,
    githubAccount: { login: account, type: account === "octocat" ? "User" : "Organization" },
    orgLogin: account,
    registeredAt: preciseTime(registeredAt),
    status,
  };
}

/** A binding as `getInstallation` shows it. */
export const toFullView = (binding: ModelBinding) => ({
  ...toView(binding),
  lastVerifiedAt: preciseTime(binding.lastVerifiedAt),
});
