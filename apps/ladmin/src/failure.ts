import { EnvError } from "@layers/api/admin";
import { AppError, type ErrorCode, type ErrorEnvelope } from "@layers/contracts";
import { toStorageFailure } from "@layers/storage";
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
  PLAN_APPLIED: exitCodes.refused,
  PLAN_EXPIRED: exitCodes.refused,
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
  const storage = toStorageFailure(error);
  if (storage) return describe("UNAVAILABLE", storageSentences[storage], error);
  if (isSystemError(error)) return describe("INTERNAL", `${error.message}.`);
  return describe("INTERNAL", `This should not have happened: ${String(error)}`);
}

const storageSentences = {
  busy: "Another process keeps the database locked: try again, or see what it does.",
  damaged: "The database is damaged: restore a backup with `ladmin restore <file>`.",
  unavailable: "The database cannot be used: see that its disk has room and that you may write it.",
};

/** A file that is not there, a folder that may not be written, and the like. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error;

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
