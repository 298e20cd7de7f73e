import { EnvError } from "@layers/api/admin";
import { AppError, type ErrorCode, type ErrorEnvelope } from "@layers/contracts";
import { isStorageFailure } from "@layers/storage";
import { CommanderError } from "commander";

export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  unavailable: 5,
} as const;

const exitCodeOf: Partial<Record<ErrorCode, number>> = {
  BAD_REQUEST: exitCodes.usage,
  NOT_FOUND: exitCodes.notFound,
  VALIDATION: exitCodes.refused,
  CONFLICT: exitCodes.refused,
  FORBIDDEN: exitCodes.refused,
  UNAVAILABLE: exitCodes.unavailable,
};

/** An error whose sentence is for the operator and says what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** How a command ended that did not succeed. */
export interface Failure {
  readonly exitCode: number;
  readonly envelope: ErrorEnvelope;
  /** For people: what more there is to say. */
  readonly hint?: string;
}

/** Turns anything thrown into what is printed and the exit code. */
export function toFailure(error: unknown): Failure {
  if (error instanceof CommandError) return describe(error.code, error.message, error.cause);
  if (error instanceof CommanderError) return describeUsage(error);
  if (error instanceof EnvError) return describe("BAD_REQUEST", error.message);
  if (error instanceof AppError) return describe(error.code, toSentence(error), error);
  if (isStorageFailure(error))
    return describe("UNAVAILABLE", `The database does not work now: ${String(error)}.`);
  return describe("INTERNAL", `This should not have happened: ${String(error)}`);
}

function describe(code: ErrorCode, sentence: string, cause?: unknown): Failure {
  const issues = cause instanceof AppError ? cause.issues : undefined;
  const { envelope } = new AppError(code, issues && { issues });
  return {
    exitCode: exitCodeOf[code] ?? exitCodes.failed,
    envelope: { ...envelope, error: sentence },
  };
}

/** A value that may not be is refused; everything else that the parser does not like is wrong usage. */
function describeUsage({ code, message }: CommanderError): Failure {
  const isValue = code === "commander.invalidArgument";
  const [sentence = "", ...hints] = message.replace(/^error: /, "").split("\n");
  const failure = describe(isValue ? "VALIDATION" : "BAD_REQUEST", sentence);
  return { ...failure, hint: [...hints, "See --help."].join("\n") };
}

const toSentence = ({ issues, message }: AppError): string =>
  issues ? issues.map((issue) => issue.message).join(" ") : message;
