import { reservePort } from "@layers/http-edge";
import { expect, test } from "vitest";
import { readSettings } from "../src/settings.ts";
import { quiet, temporaryFolder } from "./temporary-folder.ts";

test("nobody else can have the ports that were picked, until they are given back", async () => {
  await using folder = await temporaryFolder();
  const held = new AsyncDisposableStack();
  const { port, development } = await readSettings(quiet(folder.path), held);
  const picked = [port, development?.partnerPort, development?.standIn?.port];
  const ports = picked.map((each) => each?.port ?? expect.fail("There is no such port."));
  for (const taken of ports)
    await expect(reservePort({ host: "127.0.0.1", port: taken })).rejects.toThrow("EADDRINUSE");
  await held.disposeAsync();
  for (const free of ports)
    await (await reservePort({ host: "127.0.0.1", port: free }))[Symbol.asyncDispose]();
});
