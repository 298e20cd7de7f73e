import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Layers, LayersError } from "@layers/client";
import { errorPage, pageHeaders } from "./pages.ts";
import { createRoutes, type Reply } from "./routes.ts";
import { createSessions } from "./sessions.ts";

/** The sample partner's web site. */
export function createApp(layers: Layers, port: number): RequestListener {
  const routes = createRoutes(layers);
  const sessionOf = createSessions();
  const origins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<Reply> {
    const url = URL.parse(`http://${req.headers.host}${req.url}`);
    if (!url || !origins.includes(url.origin)) return refusal(421, "This is not our address.");
    const route = routes.get(`${req.method} ${url.pathname}`);
    if (!route) return refusal(404, "There is no such page.");
    if (route.acts && !isFromOurPage(req, url.origin))
      return refusal(403, "This did not come from our page.");
    return route.answer({ url, session: sessionOf(req, res) });
  }

  return (req, res) => {
    void answer(req, res)
      .catch(toReply)
      .then((reply) => send(res, reply));
  };
}

/** Cookies alone do not tell: another site, or another port of this host, may have sent the visitor. */
function isFromOurPage({ headers }: IncomingMessage, origin: string): boolean {
  const site = headers["sec-fetch-site"];
  return site === undefined ? headers.origin === origin : site === "same-origin";
}

const refusal = (status: number, text: string): Reply => ({ status, page: errorPage(text) });

function toReply(error: unknown): Reply {
  if (error instanceof LayersError)
    return { status: error.status || 502, page: errorPage(error.message, error.code) };
  console.error(error);
  return refusal(500, "Something went wrong on our side.");
}

function send(res: ServerResponse, reply: Reply): void {
  if ("redirect" in reply) res.writeHead(303, { Location: reply.redirect }).end();
  else res.writeHead(reply.status ?? 200, pageHeaders).end(reply.page);
}
