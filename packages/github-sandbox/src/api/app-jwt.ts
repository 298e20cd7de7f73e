import { compactVerify, type JWTPayload } from "jose";
import type { App } from "../registration.ts";
import { GitHubError, restDocs } from "./github-error.ts";

const longestSeconds = 600;

const refused = (message: string) => new GitHubError(401, message, restDocs);
const undecodable = () => refused("A JSON web token could not be decoded");

const isTime = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

function decodePayload(token: string): JWTPayload {
  try {
    const text = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    const payload: unknown = JSON.parse(text);
    if (typeof payload === "object" && payload !== null) return payload as JWTPayload;
  } catch {
    // Not JSON: refused below.
  }
  throw undecodable();
}

/** App id, or a client id: `Iv1.` and 16 hexadecimal digits, or `Iv23` and 16 letters and digits. */
const issuerForm = /^(\d+|Iv\d\.[0-9a-f]{16}|Iv23[0-9A-Za-z]{16})$/;

function checkIssuer(app: App, issuer: unknown) {
  const text = typeof issuer === "number" ? String(issuer) : issuer;
  if (text === String(app.id) || text === app.clientId) return;
  if (typeof text === "string" && issuerForm.test(text)) throw undecodable();
  throw refused("'Issuer' claim ('iss') must be an Integer");
}

function checkTimes({ exp, iat }: JWTPayload, nowSeconds: number) {
  if (!isTime(exp) || exp <= nowSeconds)
    throw refused(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > nowSeconds + longestSeconds)
    throw refused("'Expiration time' claim ('exp') is too far in the future");
  if (!Number.isInteger(iat) || Number(iat) > nowSeconds)
    throw refused(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
}

/**
 * Verifies an App's JWT as GitHub does: RS256 with the App's key, at most 10 minutes ahead.
 * @throws {GitHubError} 401 with one of GitHub's six messages.
 */
export async function verifyAppJwt(token: string, app: App, nowMs: number): Promise<void> {
  const payload = decodePayload(token);
  checkIssuer(app, payload.iss);
  if (!app.publicKey) throw refused("Integration must generate a public key");
  try {
    await compactVerify(token, app.publicKey, { algorithms: ["RS256"] });
  } catch {
    throw undecodable();
  }
  checkTimes(payload, Math.floor(nowMs / 1000));
}
