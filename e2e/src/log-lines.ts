/** The log without the paths of requests, which name what was asked for, as it was asked for. */
export const withoutPaths = (lines: readonly string[]): string =>
  lines
    .map((line) => JSON.stringify({ ...(JSON.parse(line) as object), path: undefined }))
    .join("\n");
