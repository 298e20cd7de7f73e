import type { Connector } from "./connector.ts";

/** The calls that reached the stand-in while something was done, such as `GET /app`. */
export async function githubCallsDuring(
  { sandbox }: Pick<Connector, "sandbox">,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const before = sandbox.requests().length;
  await work();
  return sandbox
    .requests()
    .slice(before)
    .map(({ method, path }) => `${method} ${path.replace(/^\/api\/v3/, "")}`);
}

/** Ends every fault. */
export const endFaults = ({ sandbox }: Pick<Connector, "sandbox">): void => sandbox.fault([]);
