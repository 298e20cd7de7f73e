import { setTimeout as sleep } from "node:timers/promises";
import { guessKey } from "../attacks/keys.ts";
import { type Partner, returnUrl } from "../connector.ts";
import { send } from "../http.ts";
import { type Session, visit } from "../visit.ts";

export interface Request {
  /** Seconds since the start. */
  readonly at: number;
  readonly milliseconds: number;
  readonly isExpected: boolean;
}

export interface MixedLoad {
  readonly url: string;
  /** Has bound an installation. */
  readonly reader: Partner;
  /** Binds the session's account and detaches it, again and again. */
  readonly mover: Partner;
  readonly session: Session;
  readonly isOver: () => boolean;
}

const installation = "/v1/github/installation";
const pauseMilliseconds = 15;
const query = new URLSearchParams({ returnUrl }).toString();

type Step = (load: MixedLoad) => Promise<boolean>;

const read =
  (path: string, body?: object): Step =>
  async ({ url, reader: { key } }) =>
    (await send(`${body ? "POST" : "GET"} ${path}`, url, { key, body })).status < 300;

/** What partners do all day, and what they should not. */
const mix: readonly Step[] = [
  read("/v1/whoami"),
  read(installation),
  read(`${installation}/token`, { permissions: { contents: "read" } }),
  read("/v1/whoami"),
  read(`${installation}/install-url?${query}`),
  read("/v1/github/repos"),
  async ({ url }) =>
    [401, 429].includes((await send(`GET ${installation}`, url, { key: guessKey() })).status),
  async ({ url, reader: { key } }) =>
    (await send(`POST ${installation}`, url, { key, body: { installationId: "x" } })).status ===
    422,
];

/** Repeats the mix with several callers at a time until it is over. Returns every request of it. */
export async function runMixedLoad(load: MixedLoad): Promise<Request[]> {
  const startedAt = performance.now();
  const done: Request[] = [];
  const call = async (first: number) => {
    for (let each = first; !load.isOver(); each++) {
      const before = performance.now();
      const isExpected = (await mix[each % mix.length]?.(load)) ?? false;
      const now = performance.now();
      done.push({ at: (now - startedAt) / 1000, milliseconds: now - before, isExpected });
      await sleep(pauseMilliseconds);
    }
  };
  await Promise.all([...Array.from({ length: 8 }, (_, first) => call(first)), moveOn(load)]);
  return done;
}

/** Connects through the pages, binds, takes a token and detaches. */
async function moveOn({ url, mover: { key }, session, isOver }: MixedLoad): Promise<void> {
  while (!isOver()) {
    const { body } = await send(`GET ${installation}/install-url?${query}`, url, { key });
    const { state } = body as { state: string };
    const link = new URLSearchParams({ state }).toString();
    const ending = await visit(`${url}/github/app/connect?${link}`, session);
    if (!("partner" in ending)) throw new Error(`The flow ended on a page: ${ending.page}.`);
    const installationId = Number(ending.partner["installation_id"]);
    const steps = [
      await send(`POST ${installation}`, url, { key, body: { installationId, state } }),
      await send(`POST ${installation}/token`, url, { key, body: {} }),
      await send(`DELETE ${installation}`, url, { key }),
    ];
    for (const { status, text } of steps) if (status > 299) throw new Error(text);
    await sleep(500);
  }
}
