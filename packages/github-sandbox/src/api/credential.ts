/** GitHub's kinds of credential, by their form: `other` is none of them. */
export type CredentialKind =
  | "jwt"
  | "ghs"
  | "ghu"
  | "ghp"
  | "github_pat"
  | "basic"
  | "other"
  | "none";

/** What the `Authorization` header presents, judged by its form alone. */
export interface Credential {
  kind: CredentialKind;
  text: string;
}

const prefixes = ["ghs", "ghu", "ghp", "github_pat"] as const;

function kindOf(scheme: string, text: string): CredentialKind {
  if (scheme === "basic") return "basic";
  const prefix = prefixes.find((name) => text.startsWith(`${name}_`));
  if (prefix) return prefix;
  // GitHub takes a JWT as Bearer only.
  return scheme === "bearer" && text.split(".").length === 3 ? "jwt" : "other";
}

export function readCredential(header: string | undefined): Credential {
  const [scheme = "", text = ""] = (header ?? "").trim().split(/\s+/, 2);
  const name = scheme.toLowerCase();
  if (!["bearer", "token", "basic"].includes(name) || text === "") {
    return { kind: header ? "other" : "none", text: "" };
  }
  return { kind: kindOf(name, text), text };
}
