import type { IncomingMessage } from "node:http";
import { GithubId } from "@layers/contracts";
import { parseQuery, queryOf, readBytes } from "@layers/http-edge";
import { z } from "zod";
import type { Arrival } from "../install-flow/begin-proof.ts";
import { SetupAction } from "../install-flow/trip.ts";

const text = z.string().min(1).max(512);
const installationId = z
  .string()
  .regex(/^[1-9][0-9]{0,15}$/)
  .transform(Number)
  .pipe(GithubId);

const CallbackQuery = z
  .object({
    state: text.optional(),
    installation_id: installationId.optional(),
    setup_action: SetupAction.optional().catch(undefined),
  })
  .refine(
    ({ state, installation_id, setup_action }) =>
      state === undefined || installation_id !== undefined || setup_action === "request",
  );
const ConnectQuery = z.object({ state: text });
const OauthQuery = z.object({ state: text, code: text.optional(), error: text.optional() });
const ConsentForm = z.object({
  token: text,
  installation_id: installationId.optional(),
  decline: z.literal("true").optional(),
});

/** What GitHub's setup redirect says; undefined when it says nothing that makes sense. */
export function readCallback(req: IncomingMessage): Partial<Arrival> | undefined {
  const { data } = CallbackQuery.safeParse(queryOf(req));
  return (
    data && {
      ...(data.state !== undefined && { state: data.state }),
      ...(data.installation_id !== undefined && { installationId: data.installation_id }),
      ...(data.setup_action !== undefined && { setupAction: data.setup_action }),
    }
  );
}

export const readConnect = (req: IncomingMessage): Arrival | undefined =>
  ConnectQuery.safeParse(queryOf(req)).data;

export const readOauth = (req: IncomingMessage): z.output<typeof OauthQuery> | undefined =>
  OauthQuery.safeParse(queryOf(req)).data;

/** The consent page's form, if the request is one. */
export async function readConsentForm(
  req: IncomingMessage,
): Promise<z.output<typeof ConsentForm> | undefined> {
  const type = req.headers["content-type"]?.toLowerCase();
  const isForm =
    type === "application/x-www-form-urlencoded" ||
    type?.startsWith("application/x-www-form-urlencoded;");
  if (!isForm) return undefined;
  const body = await readBytes(req, { limitBytes: 8192 });
  return ConsentForm.safeParse(parseQuery(body.toString("latin1"))).data;
}
