import { expect, test } from "vitest";
import { describeEnv } from "./env.ts";

test("docs/configuration.md names every variable", async () => {
  const rows = describeEnv().map(({ name, meaning, fallback }) => {
    expect(meaning).not.toBe("");
    const otherwise = fallback === undefined ? "**required**" : fallback && `\`${fallback}\``;
    return `| \`${name}\` | ${meaning} | ${otherwise} |`;
  });
  const page = `# Configuration

Environment variables. This page is written by \`apps/api/src/env-table.test.ts\`, which fails when it is
not current; \`npm test -- -u\` writes it anew. Secrets may hold several versions, separated by commas: the
highest makes, all of them check.

| variable | meaning | otherwise |
|---|---|---|
${rows.join("\n")}
`;
  await expect(page).toMatchFileSnapshot("../../../docs/configuration.md");
});
