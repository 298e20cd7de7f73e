import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { api, appOf, basicOf, complaints, jwtOf, mint, startSandbox } from "./harness.ts";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const base = `/applications/${sandbox.app.clientId}`;
const check = `POST ${base}/token`;
const routes = [check, `DELETE ${base}/token`, `DELETE ${base}/grant`];

const ask = (route: string, body: object, headers = basicOf(sandbox)) =>
  api(sandbox, route, { headers, body });
const isAlive = async (token: string) =>
  (await api(sandbox, "GET /user", { token })).status === 200;

describe("A person's token", () => {
  test("is checked: whose it is, for which App, until when", async () => {
    const { accessToken: access_token } = sandbox.world.authorize("octocat");
    const checked = await ask(check, { access_token });
    expect(checked.status).toBe(200);
    expect(complaints(check, checked)).toEqual([]);
    expect(checked.body).toMatchObject({
      token: access_token,
      token_last_eight: access_token.slice(-8),
      app: { client_id: sandbox.app.clientId },
      user: { id: 583231, login: "octocat" },
      scopes: [],
    });
    const lifetime = Date.parse(checked.body.expires_at) - Date.parse(checked.body.created_at);
    expect(lifetime).toBe(8 * 3_600_000);
  });

  test("is checked by Octokit", async () => {
    const { accessToken: token } = sandbox.world.authorize("octocat");
    const { data } = await appOf(sandbox).oauth.checkToken({ token });
    expect(data.user?.login).toBe("octocat");
  });

  test("is revoked alone, with its refresh token", async () => {
    const first = sandbox.world.authorize("octocat");
    const second = sandbox.world.authorize("octocat");
    const route = `DELETE ${base}/token`;
    const revoked = await ask(route, { access_token: first.accessToken });
    expect(revoked.status).toBe(204);
    expect(complaints(route, revoked)).toEqual([]);
    expect([await isAlive(first.accessToken), await isAlive(second.accessToken)]).toEqual([
      false,
      true,
    ]);
    expect((await ask(check, { access_token: first.accessToken })).status).toBe(404);
  });

  test("ends with all others of that person when the grant is deleted", async () => {
    const first = sandbox.world.authorize("octocat").accessToken;
    const second = sandbox.world.authorize("octocat").accessToken;
    const other = sandbox.world.authorize("octo-admin").accessToken;
    const route = `DELETE ${base}/grant`;
    const deleted = await ask(route, { access_token: first });
    expect(deleted.status).toBe(204);
    expect(complaints(route, deleted)).toEqual([]);
    expect([await isAlive(first), await isAlive(second), await isAlive(other)]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe.each(routes)("%s", (route) => {
  test("does not know a token that is invalid, expired or of another kind", async () => {
    const expired = sandbox.world.authorize("octocat").accessToken;
    const personal = sandbox.world.createPersonalToken("octocat", { kind: "classic", scopes: [] });
    const installation = await mint(sandbox, 50291001);
    sandbox.clock(8 * 3600 + 1);
    for (const access_token of ["ghu_wrong", expired, personal, installation]) {
      const refused = await ask(route, { access_token });
      expect([refused.status, refused.body.message]).toEqual([404, "Not Found"]);
      expect(complaints(route, refused)).toEqual([]);
    }
  });

  test.each([{}, { access_token: null }, { access_token: 1 }, { access_token: "" }])(
    "refuses the body %j with 422",
    async (body) => {
      const refused = await ask(route, body);
      expect(refused.status).toBe(422);
      expect(complaints(route, refused)).toEqual([]);
    },
  );

  test("wants the App's own client id and secret, and nothing else", async () => {
    const { accessToken: access_token } = sandbox.world.authorize("octocat");
    const wrong = [
      basicOf(sandbox, { secret: "wrong" }),
      basicOf(sandbox, { id: "Iv23liSomebodyElse00" }),
      { authorization: `Bearer ${access_token}` },
      { authorization: `Bearer ${await jwtOf(sandbox)}` },
    ];
    for (const headers of wrong) {
      const { status, body } = await ask(route, { access_token }, headers);
      expect([status, body.message]).toEqual([401, "Bad credentials"]);
    }
    const nobody = await api(sandbox, route, { body: { access_token } });
    expect([nobody.status, nobody.body.message]).toEqual([401, "Requires authentication"]);
    expect(await isAlive(access_token)).toBe(true);
  });

  test("does not answer for another App", async () => {
    const { accessToken: access_token } = sandbox.world.authorize("octocat");
    const elsewhere = route.replace(sandbox.app.clientId, "Iv23liSomebodyElse00");
    expect((await ask(elsewhere, { access_token })).status).toBe(404);
  });
});
