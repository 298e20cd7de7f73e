import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite, type Store } from "@layers/storage";
import { SignJWT } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFailureLimiter } from "../keys/failure-limiter.ts";
import { createIdentifyUser, type IdentifyUser } from "./identify-user.ts";

const issuer = "https://project.supabase.co/auth/v1";
const secret = randomBytes(32).toString("hex");
const userId = "6f1f0f8e-3c0a-4e5c-9a55-0a8d4f3f9d11";

let folder: string;
let store: Store;
let offsetSeconds: number;
let identify: IdentifyUser;
const clock = () => (Date.now() + offsetSeconds * 1000) * 1000;

beforeEach(async () => {
  offsetSeconds = 0;
  folder = await mkdtemp(join(tmpdir(), "layers-sessions-"));
  store = openSqlite({ file: join(folder, "layers.db") });
  await store.migrate();
  const organization = { id: "org_a", name: "A", consentRequired: 1, suspendedAt: null };
  await store.organizations.insert({ ...organization, createdAt: 1 });
  await store.members.put({ organizationId: "org_a", userId, role: "owner", createdAt: 1 });
  identify = createIdentifyUser(
    { issuers: [{ issuer, secret }], cookieName: "sb-access-token" },
    { store, clock, failures: createFailureLimiter(clock), log: { warn: () => undefined } },
  );
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const sign = (lifeSeconds: number) =>
  new SignJWT({ role: "authenticated" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(issuer)
    .setAudience("authenticated")
    .setSubject(userId)
    .setExpirationTime(Math.floor(clock() / 1_000_000) + lifeSeconds)
    .sign(Buffer.from(secret));

const call = (token: string) => ({
  headers: { cookie: `theme=dark; sb-access-token=${token}` },
  remoteAddress: "192.0.2.1",
});

test("J-03: a session lives until thirty seconds after its end, remembered or not", async () => {
  const token = await sign(60);
  expect(await identify(call(token))).toMatchObject({ userId, presentedAs: "cookie" });
  offsetSeconds = 80;
  expect(await identify(call(token))).toMatchObject({ userId });
  offsetSeconds = 91;
  await expect(identify(call(token))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test("J-07: membership is read at every call, however well the token is remembered", async () => {
  const token = await sign(3600);
  expect((await identify(call(token))).memberships).toMatchObject([{ role: "owner" }]);
  await store.members.put({ organizationId: "org_a", userId, role: "member", createdAt: 2 });
  expect((await identify(call(token))).memberships).toMatchObject([{ role: "member" }]);
  await store.organizations.setSuspendedAt("org_a", 5);
  expect((await identify(call(token))).memberships).toEqual([]);
});

test("J-08: one core identifies 15,000 remembered sessions a second", async () => {
  const calls = 2000;
  const token = await sign(3600);
  const cpuMicroseconds: number[] = [];
  for (let round = 0; round < 6; round++) {
    const before = process.cpuUsage();
    for (let each = 0; each < calls; each++) await identify(call(token));
    const { user, system } = process.cpuUsage(before);
    cpuMicroseconds.push((user + system) / calls);
  }
  expect(Math.min(...cpuMicroseconds)).toBeLessThan(1_000_000 / 15_000);
});
