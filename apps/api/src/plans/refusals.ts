import { AppError, type ErrorCode } from "@layers/contracts";

/** One place cannot be as wanted. The message is for the partner. */
export class PlaceRefused extends Error {
  override readonly name = "PlaceRefused";
}

/** Nothing more of a plan is to be done. The message is for the partner. */
export class PlanStopped extends Error {
  override readonly name = "PlanStopped";
}

type Sentences = Partial<Record<ErrorCode, string>>;

/** What GitHub's refusals mean for one App on one organization. */
const ofPlaces: Sentences = {
  NOT_FOUND: "The enterprise has no such organization, or the App is gone from it.",
  FORBIDDEN: "Your organization's grant or GitHub does not allow it.",
  VALIDATION: "GitHub refused it.",
};

/** What GitHub's refusals mean for all that is left of a plan. */
const ofPlans: Sentences = {
  INSTALLATION_SUSPENDED: "The App's installation on the enterprise is suspended.",
  INSTALLATION_UNINSTALLED: "The App is no longer installed on the enterprise.",
};

/** Why one place cannot be as wanted; undefined for an error that is not about the place. */
export const reasonOf = (error: unknown): string | undefined =>
  error instanceof PlaceRefused ? error.message : sentenceOf(error, ofPlaces);

/** Why a plan stops; undefined for an error that passes, or that is about one place. */
export const stopReasonOf = (error: unknown): string | undefined =>
  error instanceof PlanStopped ? error.message : sentenceOf(error, ofPlans);

function sentenceOf(error: unknown, sentences: Sentences): string | undefined {
  if (!(error instanceof AppError)) return undefined;
  const details = (error.issues ?? []).map(({ path, message }) => `${path}: ${message}`);
  const sentence = sentences[error.code];
  return sentence && [sentence, ...details].join(" ");
}
