import { GithubId } from "@layers/contracts";
import { z } from "zod";

/** What GitHub sent the browser back with. */
export const SetupAction = z.enum(["install", "update", "request"]);
export type SetupAction = z.infer<typeof SetupAction>;

/** What a browser carries through GitHub's authorization page. The state lives nowhere else. */
export const Trip = z.object({
  secret: z.string(),
  attemptId: z.string(),
  state: z.string(),
  /** Absent when the person is to choose among the installations that exist. */
  installationId: GithubId.optional(),
  setupAction: SetupAction.optional(),
});
export type Trip = z.infer<typeof Trip>;

/** What a browser carries to the consent page's click. */
export const ConsentTicket = z.object({
  token: z.string(),
  state: z.string(),
  setupAction: SetupAction.optional(),
});
export type ConsentTicket = z.infer<typeof ConsentTicket>;
