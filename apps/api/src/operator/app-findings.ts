import { toAppError } from "@layers/contracts";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { GitHubConfig } from "../github/github-config.ts";
import type { Answer } from "../github/github-requests.ts";
import type { Finding } from "./finding.ts";

const App = z.object({ id: z.number(), slug: z.string(), client_id: z.string().optional() });

/** A back-dated JWT lives through less than this. */
const mostSkewSeconds = 30;

/** Looks whether GitHub knows the App that is configured, by its key, and has our time. */
export async function findAppProblems(config: GitHubConfig, clock: Clock): Promise<Finding[]> {
  // Octokit is loaded for this one command only.
  const { createSendToGitHub } = await import("../github/github-requests.ts");
  try {
    const send = createSendToGitHub(config);
    const answer = await send({ route: "GET /app", as: "app", limitedBy: "app" });
    return [appFinding(answer, config), clockFinding(answer, clock)];
  } catch (error) {
    return [{ check: "GitHub App", status: "problem", ...describeSilence(error, config) }];
  }
}

function appFinding(answer: Answer, config: GitHubConfig): Finding {
  const check = "GitHub App";
  const { data: app } = App.safeParse(answer.data);
  if (answer.status === 401 || answer.status === 404)
    return {
      check,
      status: "problem",
      detail: `GitHub does not know an App ${config.appId} with this key`,
      mend: "take GITHUB_APP_ID and the private key from one App's settings page",
    };
  if (answer.status !== 200 || !app)
    return { check, status: "problem", detail: `GitHub answered ${answer.status} without an App` };
  const wrong = [
    String(app.id) !== config.appId && `GITHUB_APP_ID is ${app.id}`,
    app.slug !== config.appSlug && `GITHUB_APP_SLUG is ${app.slug}`,
    app.client_id &&
      app.client_id !== config.clientId &&
      `GITHUB_APP_CLIENT_ID is ${app.client_id}`,
  ].filter(Boolean);
  if (wrong.length === 0) return { check, status: "ok", detail: `${app.slug} (${app.id})` };
  const detail = "GitHub knows the App under other names";
  return { check, status: "problem", detail, mend: `of this App, ${wrong.join(", ")}` };
}

function clockFinding({ headers }: Answer, clock: Clock): Finding {
  const check = "clock";
  const theirs = Date.parse(String(headers["date"]));
  if (Number.isNaN(theirs)) return { check, status: "unknown", detail: "GitHub told no time" };
  const skew = Math.round((clock() / 1000 - theirs) / 1000);
  const detail = `${Math.abs(skew)} s ${skew < 0 ? "behind" : "ahead of"} GitHub's`;
  if (Math.abs(skew) <= mostSkewSeconds) return { check, status: "ok", detail };
  return { check, status: "problem", detail, mend: "let NTP set this machine's clock" };
}

function describeSilence(error: unknown, { apiUrl }: GitHubConfig) {
  const { code, message } = toAppError(error);
  return {
    detail: code === "GITHUB_UNAVAILABLE" ? `${apiUrl} does not answer as GitHub does` : message,
    mend: "see that this machine reaches GITHUB_API_URL",
  };
}
