import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  api,
  appOf,
  arrivalOf,
  authorizeUrl,
  callbackUrl,
  challenge,
  clientSecret,
  exchange,
  openBrowser,
  startSandbox,
  verifier,
} from "./harness.ts";

const second = "https://app.example:8443/other?keep=1";
const sandbox = await startSandbox({ callbackUrls: [callbackUrl, second] });
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const pkce = { code_challenge: challenge, code_challenge_method: "S256" };

/** A code for octocat, by the whole way through the pages. */
async function codeFor(params: Record<string, string> = {}) {
  const browser = await openBrowser(sandbox, "octocat");
  await browser.visit(authorizeUrl(sandbox, params));
  if (browser.buttons.includes("Authorize")) await browser.click("Authorize");
  return arrivalOf(browser).params["code"] ?? "";
}

describe("Authorizing the App", () => {
  test("asks the first time, and returns with code and state", async () => {
    const browser = await openBrowser(sandbox, "octocat");
    await browser.visit(authorizeUrl(sandbox, { state: "s t&a=te" }));
    expect(browser.title).toContain("Authorize Layers Connector");
    expect(browser.buttons).toEqual(expect.arrayContaining(["Authorize", "Cancel"]));
    await browser.click("Authorize");
    const { address, params } = arrivalOf(browser);
    expect(address).toBe(callbackUrl);
    expect(params).toEqual({ code: expect.stringMatching(/^[0-9a-f]{20}$/), state: "s t&a=te" });
  });

  test("does not ask again until it is forgotten", async () => {
    await codeFor();
    const browser = await openBrowser(sandbox, "octocat");
    await browser.visit(authorizeUrl(sandbox));
    expect(arrivalOf(browser).params).toHaveProperty("code");
    sandbox.reset();
    const again = await openBrowser(sandbox, "octocat");
    await again.visit(authorizeUrl(sandbox));
    expect(again.buttons).toContain("Authorize");
  });

  test("signs a person in on the way", async () => {
    const browser = await openBrowser(sandbox);
    await browser.visit(authorizeUrl(sandbox, { state: "x" }));
    await browser.click("octocat");
    await browser.click("Authorize");
    expect(arrivalOf(browser).params["state"]).toBe("x");
  });

  test("returns with access_denied after Cancel, and asks again next time", async () => {
    const browser = await openBrowser(sandbox, "octocat");
    await browser.visit(authorizeUrl(sandbox, { state: "x" }));
    await browser.click("Cancel");
    expect(arrivalOf(browser)).toMatchObject({
      address: callbackUrl,
      params: {
        error: "access_denied",
        error_description: "The user has denied your application access.",
        state: "x",
      },
    });
    await browser.visit(authorizeUrl(sandbox));
    expect(browser.buttons).toContain("Authorize");
  });

  test("goes to the registered callback URL that was asked for, keeping its query", async () => {
    const browser = await openBrowser(sandbox, "octocat");
    await browser.visit(authorizeUrl(sandbox, { redirect_uri: second }));
    await browser.click("Authorize");
    expect(new URL(browser.url).port).toBe("8443");
    expect(arrivalOf(browser).params).toMatchObject({ keep: "1", code: expect.any(String) });
  });

  test.each([
    "https://evil.example/callback",
    "https://app.example/callback/",
    "https://app.example:8443/callback",
    "https://app.example/callback?next=1",
    "http://app.example/callback",
    "",
  ])("goes nowhere for the unregistered redirect_uri %j", async (redirectUri) => {
    const browser = await openBrowser(sandbox, "octocat");
    await browser.visit(authorizeUrl(sandbox, { redirect_uri: redirectUri }));
    expect(browser.status).toBe(400);
    expect(browser.text).toContain("The redirect_uri is not associated with this application");
    expect(browser.buttons).not.toContain("Authorize");
  });

  test("is not found for an unknown client", async () => {
    const browser = await openBrowser(sandbox, "octocat");
    await browser.visit(`${sandbox.url}/login/oauth/authorize?client_id=Iv1.0000000000000000`);
    expect(browser.status).toBe(404);
  });

  test.each([
    { code_challenge: challenge, code_challenge_method: "plain" },
    { code_challenge: challenge },
    { code_challenge: "short", code_challenge_method: "S256" },
    { code_challenge_method: "S256" },
  ])("is refused for the challenge %j", async (params) => {
    const browser = await openBrowser(sandbox, "octocat");
    await browser.visit(authorizeUrl(sandbox, params));
    expect(arrivalOf(browser).params["error"]).toBe("invalid_request");
  });
});

describe("The exchange of a code", () => {
  test("gives a token of 8 hours and a refresh token", async () => {
    const { status, body } = await exchange(sandbox, { code: await codeFor() });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^ghu_[0-9A-Za-z]{36}$/),
      expires_in: 28_800,
      refresh_token: expect.stringMatching(/^ghr_[0-9A-Za-z]{76}$/),
      refresh_token_expires_in: 15_811_200,
      token_type: "bearer",
      scope: "",
    });
    const user = await api(sandbox, "GET /user", { token: body.access_token });
    expect(user.body.login).toBe("octocat");
  });

  test("works with Octokit's App", async () => {
    const code = await codeFor();
    const octokit = await appOf(sandbox).oauth.getUserOctokit({ code });
    const { data } = await octokit.request("GET /user");
    expect(data.login).toBe("octocat");
  });

  test("answers as a form unless JSON is asked for, and takes a form too", async () => {
    const response = await fetch(`${sandbox.url}/login/oauth/access_token`, {
      method: "POST",
      body: new URLSearchParams({
        client_id: sandbox.app.clientId,
        client_secret: clientSecret,
        code: await codeFor(),
      }),
    });
    expect(response.headers.get("content-type")).toContain("application/x-www-form-urlencoded");
    const fields = new URLSearchParams(await response.text());
    expect(fields.get("access_token")).toMatch(/^ghu_/);
  });

  test("verifies the PKCE verifier", async () => {
    const good = await exchange(sandbox, { code: await codeFor(pkce), code_verifier: verifier });
    expect(good.body.access_token).toMatch(/^ghu_/);
    for (const code_verifier of [`${verifier}1`, challenge, "", undefined]) {
      const { status, body } = await exchange(sandbox, {
        code: await codeFor(pkce),
        code_verifier,
      });
      expect([status, body.error]).toEqual([200, "bad_verification_code"]);
    }
    const unasked = await exchange(sandbox, { code: await codeFor(), code_verifier: verifier });
    expect(unasked.body.error).toBe("bad_verification_code");
  });

  test("spends the code, by a failed attempt too", async () => {
    const used = await codeFor();
    await exchange(sandbox, { code: used });
    const failed = await codeFor(pkce);
    await exchange(sandbox, { code: failed, code_verifier: "wrong" });
    for (const params of [
      { code: used },
      { code: failed, code_verifier: verifier },
      { code: "0" },
    ]) {
      const { status, body } = await exchange(sandbox, params);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        error: "bad_verification_code",
        error_description: "The code passed is incorrect or expired.",
        error_uri: expect.stringContaining("#bad-verification-code"),
      });
    }
  });

  test("fails 10 minutes after the code was issued", async () => {
    const [inTime, late] = [await codeFor(), await codeFor()];
    sandbox.clock(599);
    expect((await exchange(sandbox, { code: inTime })).body).toHaveProperty("access_token");
    sandbox.clock(601);
    expect((await exchange(sandbox, { code: late })).body.error).toBe("bad_verification_code");
  });

  test("fails for a redirect_uri that is unregistered or was not the code's", async () => {
    for (const redirect_uri of ["https://evil.example/", second]) {
      const { body } = await exchange(sandbox, { code: await codeFor(), redirect_uri });
      expect(body.error).toBe("redirect_uri_mismatch");
    }
    const same = { code: await codeFor(), redirect_uri: callbackUrl };
    expect((await exchange(sandbox, same)).body).toHaveProperty("access_token");
  });

  test.each([
    { client_secret: "wrong" },
    { client_id: "Iv1.0000000000000000" },
    { client_secret: undefined },
  ])("fails for the client %j without spending the code", async (client) => {
    const code = await codeFor();
    const { status, body } = await exchange(sandbox, { code, ...client });
    expect([status, body.error]).toEqual([200, "incorrect_client_credentials"]);
    expect((await exchange(sandbox, { code })).body).toHaveProperty("access_token");
  });

  test("fails for an unknown grant type", async () => {
    const { body } = await exchange(sandbox, { grant_type: "password" });
    expect(body.error).toBe("unsupported_grant_type");
  });
});

describe("A refresh", () => {
  const refresh = (refresh_token: string) =>
    exchange(sandbox, { grant_type: "refresh_token", refresh_token });

  test("gives new tokens and ends the old ones", async () => {
    const old = sandbox.world.authorize("octocat");
    const { body } = await refresh(old.refreshToken);
    expect((await api(sandbox, "GET /user", { token: old.accessToken })).status).toBe(401);
    expect((await api(sandbox, "GET /user", { token: body.access_token })).status).toBe(200);
    expect((await refresh(old.refreshToken)).body.error).toBe("bad_refresh_token");
    expect((await refresh(body.refresh_token)).body).toHaveProperty("access_token");
  });

  test("works after the access token ended, and not after six months", async () => {
    const { refreshToken } = sandbox.world.authorize("octocat");
    sandbox.clock(15_811_201);
    expect((await refresh(refreshToken)).body.error).toBe("bad_refresh_token");
    sandbox.clock(9 * 3600);
    expect((await refresh(refreshToken)).body).toHaveProperty("access_token");
  });
});
