import { AppError } from "@layers/contracts";
import type { GitHub } from "./github.ts";
import { DeliveriesBody, InstallationsBody } from "./github-bodies.ts";
import { type Answer, readBody, type SendToGitHub } from "./github-requests.ts";

type AppReads = Pick<GitHub, "listInstallations" | "listDeliveries" | "redeliver">;

const perPage = 100;

/** What GitHub keeps about the App as a whole. */
export function appReads(send: SendToGitHub, { apiUrl }: { readonly apiUrl: string }): AppReads {
  const asApp = (route: string, parameters: Record<string, unknown>) =>
    send({ route, parameters, as: "app", limitedBy: "app" });
  return {
    async listInstallations(page) {
      const answer = await asApp("GET /app/installations", { page, per_page: perPage });
      const items = readBody(InstallationsBody, answer);
      return { items, isLast: items.length < perPage };
    },

    async listDeliveries(cursor) {
      const parameters = { per_page: perPage, ...(cursor !== undefined && { cursor }) };
      const answer = await asApp("GET /app/hook/deliveries", parameters);
      return { items: readBody(DeliveriesBody, answer), next: nextCursor(answer, apiUrl) };
    },

    async redeliver(deliveryId) {
      const answer = await asApp("POST /app/hook/deliveries/{delivery_id}/attempts", {
        delivery_id: deliveryId,
      });
      if (answer.status === 202) return true;
      if (answer.status === 404 || answer.status === 422) return false;
      const cause = new Error(`GitHub answered ${answer.status}.`);
      throw new AppError("GITHUB_UNAVAILABLE", { cause });
    },
  };
}

/** The cursor of the next page. The page itself is asked for at the address that we know. */
function nextCursor({ headers }: Answer, apiUrl: string): string | undefined {
  const [, next] = /<([^>]*)>;\s*rel="next"/.exec(String(headers["link"] ?? "")) ?? [];
  if (next === undefined) return undefined;
  const url = URL.parse(next);
  const cursor = url?.searchParams.get("cursor");
  if (url?.origin === new URL(apiUrl).origin && cursor) return cursor;
  const cause = new Error("GitHub's next page is somewhere else.");
  throw new AppError("GITHUB_UNAVAILABLE", { cause });
}
