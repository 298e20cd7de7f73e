const minSecretLength = 8;

/** The words of header values that must not show up in an error. */
export const secretsIn = (headers: Headers): string[] =>
  [...headers.values()].flatMap((value) => [value, ...value.split(/[\s;,]+/)]).filter(isSecret);

const isSecret = (word: string): boolean => word.length >= minSecretLength;

/**
 * Copies what a `fetch` threw: names, messages, codes and causes, with the secrets replaced.
 * A copy, because a `fetch` of the caller's may attach the request, headers included.
 */
export function redactError(error: unknown, secrets: readonly string[], depth = 0): Error {
  const hide = (text: string) =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, "[redacted]"), text);
  if (!(error instanceof Error)) return new Error(hide(String(error)));
  const cause =
    error.cause === undefined || depth === maxDepth
      ? {}
      : { cause: redactError(error.cause, secrets, depth + 1) };
  const copy = new Error(hide(error.message), cause);
  const { code } = error as { code?: unknown };
  return Object.assign(copy, {
    name: error.name,
    stack: hide(error.stack ?? ""),
    ...(typeof code === "string" && { code }),
  });
}

const maxDepth = 4;
