import { pino } from "pino";

/** The part of pino's logger that we use. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const secrets =
  /lp_(?:live|test)_[A-Za-z0-9_-]+|gh[opsur]_[A-Za-z0-9._-]+|github_pat_\w+|-----BEGIN[^"]*|eyJ[\w-]+\.[\w-]+\.[\w-]+|whsec_[\w+/=-]+/g;

/** The text without what looks like a secret. */
export const redact = (text: string): string => text.replace(secrets, "[redacted]");

/** JSON lines on stdout, without what looks like a secret. */
export function createLog(level: string): Log {
  return pino({
    level,
    formatters: { level: (label) => ({ level: label }) },
    hooks: {
      streamWrite: redact,
    },
  });
}
