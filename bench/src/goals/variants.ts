import type { Answer, Variant } from "../launch.ts";
import { startServer } from "../server.ts";
import type { World } from "../world.ts";

/** The service as it runs in production. It logs errors only, because the others log nothing. */
export const service = ({ env, headers }: World, path: string): Variant => ({
  name: "Layers",
  file: "../../../apps/standalone/src/main.ts",
  path,
  headers,
  env,
});

/** The service's answer, for the others to repeat. */
export async function answerOf(variant: Variant): Promise<Answer> {
  await using server = await startServer(variant);
  return server.answer;
}

/** A server that answers a body without looking at the request, and is sent what the service is sent. */
export const repeating = (
  { path, headers = {} }: Variant,
  { body }: Answer,
  how: Pick<Variant, "name" | "file"> & Partial<Variant>,
): Variant => ({
  path,
  headers,
  ...how,
  env: { BODY: body, ROUTE: path, ...how.env },
});

/** Node sends these of its own accord; `raw.mjs` always sends the next two. */
const byNode = ["date", "connection", "keep-alive", "content-type", "content-length"];

/** The headers that an answer has because the service wants it so. */
export const ownHeaders = ({ headers }: Answer): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !byNode.includes(name)));
