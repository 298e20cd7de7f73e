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

/** Which of GitHub's answers to rewrite, and how; a text is sent as it is. */
export interface Alteration {
  /** A part of the address, such as `/app/installations/`. */
  readonly path: string;
  readonly alter: (body: Record<string, unknown>) => unknown;
}

/** A request to GitHub's API on its way. */
export interface Outgoing {
  readonly url: string;
  readonly headers: Headers;
  /** Sends it, to another address if one is named. */
  readonly send: (url?: string) => Promise<Response>;
}

/** Stands between us and GitHub's API while something is done. */
export async function intercept<T>(
  { sandbox }: Pick<Connector, "sandbox">,
  between: (outgoing: Outgoing) => Promise<Response>,
  work: () => Promise<T>,
): Promise<T> {
  const original = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith(sandbox.apiUrl)) return original(input, init);
    const send = (to?: string) => original(to ?? input, init);
    return between({ url, headers: new Headers(init?.headers), send });
  };
  try {
    return await work();
  } finally {
    globalThis.fetch = original;
  }
}

/** Rewrites what GitHub answers while something is done. */
export const whileAnswersAre = (
  { path, alter }: Alteration,
  connector: Pick<Connector, "sandbox">,
  work: () => Promise<void>,
): Promise<void> =>
  intercept(
    connector,
    async ({ url, send }) => {
      const response = await send();
      if (!url.includes(path)) return response;
      const body = alter((await response.json()) as Record<string, unknown>);
      const headers = new Headers(response.headers);
      headers.delete("content-length");
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return new Response(text, { status: response.status, headers });
    },
    work,
  );
