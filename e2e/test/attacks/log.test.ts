import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";

const secrets = [
  "lp_live_0123456789ABCD_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ000000",
  "lp_test_0123456789ABCD_abc-efghijklmnopqrstu_wxyzABCDEFGHIJKLMNOPQ000000",
  "ghs_16C7e42F292c6912E7710c838347Ae178B4a",
  "ghu_16C7e42F292c6912E7710c838347Ae178B4a",
  "gho_16C7e42F292c6912E7710c838347Ae178B4a",
  "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
  "ghr_1B4a2e77838347a7E420ce178F2E7c6912E169246c34E1ccbF66C46812d16D5B1A9Dc86A1498",
  "ghs_APPID_eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl",
  "github_pat_11ABCDEFG0123456789_abcdefghijklmnopqrstuvwxyz",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ",
  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----",
];
const unruly = [
  '\n{"level":"error","msg":"forged"}\n',
  "\r\nforged: line",
  "\u001b[2J\u001b[1;31mforged",
  "\u2028forged\u2029",
  "\u0000\u0007\u0008",
  "\ud800",
  '","level":"fatal","x":"',
];

let lines: string[];
beforeAll(async () => {
  const script = fileURLToPath(new URL("../../src/attacks/log-writer.ts", import.meta.url));
  lines = await new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [script], (error, stdout) =>
      error ? reject(error) : resolve(stdout.split("\n").slice(0, -1)),
    );
    child.stdin?.end(JSON.stringify([...secrets, ...unruly]));
  });
}, 30_000);

describe("the log of production", () => {
  test("A226 H-16: has one JSON object on a line, however it is provoked", () => {
    expect(lines).toHaveLength(2 * (secrets.length + unruly.length));
    for (const line of lines) {
      expect(line).not.toMatch(/\p{Cc}/u);
      expect(["info", "error"]).toContain((JSON.parse(line) as { level: string }).level);
    }
  });

  test.each(secrets)("A226 K-15: does not hold %.12s…", (secret) => {
    const text = lines.join("\n");
    for (const part of secret.split("\n").filter((each) => each.length > 10))
      expect(text).not.toContain(part);
    expect(text).toContain("[redacted]");
  });
});
