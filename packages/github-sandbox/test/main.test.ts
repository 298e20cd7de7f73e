import { spawn } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { App, Octokit } from "octokit";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");

test.each(["SIGTERM", "SIGINT"] as const)(
  "The program starts alone, says what to configure, and ends with 0 on %s",
  async (signal) => {
    const child = spawn(process.execPath, [main], {
      env: {
        ...process.env,
        GITHUB_SANDBOX_PORT: "0",
        GITHUB_SANDBOX_EDITION: "ghec",
        GITHUB_SANDBOX_WEBHOOK_URL: "http://127.0.0.1:9/hook",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes("callback URLs")) break;
    }
    const banner = lines.join("\n");
    expect(banner).toContain("Stand-in GitHub (ghec)");
    const settingsPath = /to configure +(\S+)/.exec(banner)?.[1] ?? "";
    expect(statSync(settingsPath).mode & 0o777).toBe(0o600);
    const text = readFileSync(settingsPath, "utf8");
    const settings = Object.fromEntries(
      text
        .trim()
        .split("\n")
        .map((line) => line.split("=", 2) as [string, string]),
    );
    expect(banner).not.toContain(settings["GITHUB_CLIENT_SECRET"]);
    const privateKey = readFileSync(settings["GITHUB_PRIVATE_KEY_PATH"] ?? "", "utf8");
    expect(createPrivateKey(privateKey).asymmetricKeyType).toBe("rsa");
    const app = new App({
      appId: settings["GITHUB_APP_ID"] ?? "",
      privateKey,
      Octokit: Octokit.defaults({ baseUrl: settings["GITHUB_API_URL"] ?? "" }),
    });
    const { data } = await app.octokit.request("GET /app");
    const { data: hook } = await app.octokit.request("GET /app/hook/config");
    expect(hook).toMatchObject({ url: "http://127.0.0.1:9/hook", secret: "********" });
    expect(settings["GITHUB_WEBHOOK_SECRET"]).toMatch(/^[0-9a-f]{40}$/);
    expect(data?.slug).toBe(settings["GITHUB_APP_SLUG"]);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(existsSync(settingsPath)).toBe(false);
  },
);
