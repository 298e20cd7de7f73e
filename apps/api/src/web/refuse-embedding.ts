import { refuseBody } from "@layers/http-edge";
import type { RequestHandler } from "express";
import { sendPage } from "./send-step.ts";

/** These pages are for a person who looks at them: no frames, images or look-ahead. */
export const refuseEmbedding: RequestHandler = (req, res, next) => {
  refuseBody(req);
  const { "sec-fetch-dest": destination = "document", "sec-purpose": purpose = "" } = req.headers;
  if (destination === "document" && !String(purpose).includes("prefetch")) next();
  else sendPage(res, { kind: "notice", notice: "not_from_our_page" });
};
