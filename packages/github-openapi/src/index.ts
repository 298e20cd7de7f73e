export {
  type ApiVersion,
  type BodyJudge,
  createBodyJudge,
  type JudgedAnswer,
} from "./body-judge.ts";
export type { Edition } from "./description.ts";
