export {
  type ApiVersion,
  type BodyJudge,
  createBodyJudge,
  type JudgedAnswer,
} from "./body-judge.ts";
export type { Edition } from "./description.ts";
export { createWebhookJudge, type JudgedPayload, type WebhookJudge } from "./webhook-judge.ts";
