// tRPC's own HTTP server: one query that checks nothing and answers a constant.
import { initTRPC } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";

const { BODY = "", PORT } = process.env;
const answer: unknown = JSON.parse(BODY);

const t = initTRPC.create();
const router = t.router({ whoami: t.procedure.query(() => answer) });
createHTTPServer({ router }).listen(Number(PORT), "127.0.0.1");
