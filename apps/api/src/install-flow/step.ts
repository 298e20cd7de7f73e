import type { GitHubAccount } from "../github/github.ts";

/** An installation that a person has proven to administer. */
export interface Candidate {
  readonly installationId: number;
  readonly account: GitHubAccount;
  readonly proofKind: "own_account" | "organization_admin";
}

/** A page of ours that ends or interrupts the flow. */
export type Notice =
  | "no_attempt"
  | "stale_link"
  | "return_url_not_allowed"
  | "connected_elsewhere"
  | "too_many_requests"
  | "not_from_our_page"
  | "linked"
  | "link_declined";

/** What the browser is to do next. */
export type Step =
  | {
      readonly kind: "authorize";
      readonly url: string;
      readonly flowId: string;
      readonly cookie: string;
    }
  | { readonly kind: "leave"; readonly url: string }
  | { readonly kind: "notice"; readonly notice: Notice; readonly continueUrl?: string }
  | {
      readonly kind: "consent";
      readonly flowId: string;
      readonly cookie: string;
      readonly token: string;
      readonly organizationName: string;
      readonly githubLogin: string;
      readonly candidates: readonly Candidate[];
      /** Where the browser may be sent after the click. */
      readonly returnOrigin: string;
    };
