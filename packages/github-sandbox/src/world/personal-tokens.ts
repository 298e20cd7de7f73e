import type { Deps } from "../deps.ts";
import type { PersonalToken } from "./model.ts";
import { digestOf, randomText } from "./secrets.ts";

/** `ghp_…` and `github_pat_…`, until somebody revokes them. Only their digests are kept. */
export function createPersonalTokens({ store, randomBytes }: Pick<Deps, "store" | "randomBytes">) {
  const write = ({ kind }: PersonalToken) =>
    kind === "classic"
      ? `ghp_${randomText(randomBytes, 36)}`
      : `github_pat_${randomText(randomBytes, 22)}_${randomText(randomBytes, 59)}`;

  function issue(token: PersonalToken): string {
    const text = write(token);
    store.state.personalTokens.set(digestOf(text), token);
    store.changed();
    return text;
  }

  function revoke(text: string) {
    store.state.personalTokens.delete(digestOf(text));
    store.changed();
  }

  const find = (text: string): PersonalToken | undefined =>
    store.state.personalTokens.get(digestOf(text));

  return { issue, find, revoke };
}
