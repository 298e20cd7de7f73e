// GET /v1/github/installation as most would write it: Express with a JSON parser, a tRPC router with a
// middleware for each concern, zod in and out, Kysely as published. Same database, same answer. It
// sends none of our security headers and checks nothing about how a request is framed.
import { createHmac, timingSafeEqual } from "node:crypto";
import { initTRPC, TRPCError } from "@trpc/server";
import SqliteFile from "better-sqlite3";
import express from "express";
import { Kysely, SqliteDialect } from "kysely";
import { z } from "zod";

const { DATABASE_URL = "", KEY_PEPPERS = "", PORT } = process.env;

interface Tables {
  apiKeys: { id: string; organizationId: string; scopes: string; tier: string };
  apiKeySecrets: { keyId: string; apiKeyId: string; digest: Buffer };
  bindings: {
    organizationId: string;
    installationId: number;
    accountLogin: string;
    accountType: "User" | "Organization";
    status: "active" | "suspended" | "uninstalled";
    registeredAt: number;
    lastVerifiedAt: number;
    hiddenAt: number | null;
  };
}

const database = new SqliteFile(DATABASE_URL.replace("file:", ""));
const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
const pepper = Buffer.from(KEY_PEPPERS.split(":")[1] ?? "", "base64");

const t = initTRPC.context<{ authorization: string | undefined }>().create();

const authenticated = t.procedure.use(async ({ ctx, next }) => {
  const token = ctx.authorization?.replace(/^Bearer /, "") ?? "";
  const key = await db
    .selectFrom("apiKeySecrets")
    .innerJoin("apiKeys", "apiKeys.id", "apiKeySecrets.apiKeyId")
    .select(["apiKeys.id", "apiKeys.organizationId", "apiKeys.scopes", "apiKeys.tier", "digest"])
    .where("keyId", "=", token.split("_")[2] ?? "")
    .executeTakeFirst();
  const digest = createHmac("sha256", pepper).update(token).digest();
  if (!key || !timingSafeEqual(digest, key.digest)) throw new TRPCError({ code: "UNAUTHORIZED" });
  return next({ ctx: { key } });
});

const withScope = (scope: string) =>
  authenticated.use(({ ctx, next }) => {
    const scopes = z.array(z.string()).parse(JSON.parse(ctx.key.scopes));
    if (!scopes.includes(scope)) throw new TRPCError({ code: "FORBIDDEN" });
    return next();
  });

const calls = new Map<string, number>();
setInterval(() => calls.clear(), 60_000).unref();

const limited = (scope: string) =>
  withScope(scope).use(({ ctx, next }) => {
    const count = (calls.get(ctx.key.id) ?? 0) + 1;
    calls.set(ctx.key.id, count);
    if (count > 120 && ctx.key.tier !== "unlimited")
      throw new TRPCError({ code: "TOO_MANY_REQUESTS" });
    return next();
  });

const Installation = z.object({
  installationId: z.number().int(),
  githubAccount: z.object({ login: z.string(), type: z.enum(["User", "Organization"]) }),
  orgLogin: z.string(),
  registeredAt: z.string(),
  status: z.enum(["active", "suspended", "uninstalled"]),
  lastVerifiedAt: z.string(),
});

const toTime = (at: number) =>
  `${new Date(Math.floor(at / 1000)).toISOString().slice(0, 19)}.${String(at % 1_000_000).padStart(6, "0")}+00:00`;

const router = t.router({
  getInstallation: limited("github:admin")
    .input(z.object({}))
    .output(Installation)
    .query(async ({ ctx }) => {
      const binding = await db
        .selectFrom("bindings")
        .selectAll()
        .where("organizationId", "=", ctx.key.organizationId)
        .where("hiddenAt", "is", null)
        .executeTakeFirst();
      if (!binding) throw new TRPCError({ code: "NOT_FOUND" });
      return {
        installationId: binding.installationId,
        githubAccount: { login: binding.accountLogin, type: binding.accountType },
        orgLogin: binding.accountLogin,
        registeredAt: toTime(binding.registeredAt),
        status: binding.status,
        lastVerifiedAt: toTime(binding.lastVerifiedAt),
      };
    }),
});
const createCaller = t.createCallerFactory(router);

const app = express();
app.use(express.json());
app.get("/v1/github/installation", async (req, res) => {
  const caller = createCaller({ authorization: req.headers.authorization });
  res.json(await caller.getInstallation({}));
});
app.listen(Number(PORT), "127.0.0.1");
