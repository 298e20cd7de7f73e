import { expect, test } from "vitest";
import { api, complaints, startSandbox } from "./harness.ts";

test("A retired version of the API is gone, and those who name none get the next one", async () => {
  await using sandbox = await startSandbox({}, { retiredVersions: ["2022-11-28"] });
  const at = (version?: string) =>
    api(sandbox, "GET /versions", {
      headers: version === undefined ? {} : { "X-GitHub-Api-Version": version },
    });
  const gone = await at("2022-11-28");
  expect(gone.status).toBe(410);
  expect(complaints("GET /versions", gone)).toEqual([]);
  const unnamed = await at();
  expect(unnamed.headers.get("x-github-api-version-selected")).toBe("2026-03-10");
  expect(unnamed.body).toEqual(["2026-03-10"]);
  expect((await at("2026-03-10")).status).toBe(200);
  expect((await at("2020-01-01")).status).toBe(400);
});
