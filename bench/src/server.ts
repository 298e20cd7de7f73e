import { once } from "node:events";
import { type Answer, firstAnswer, launch, type Variant } from "./launch.ts";

/** What a server's process has used since it started. */
export interface Usage {
  readonly cpuMicroseconds: number;
  readonly rssBytes: number;
}

/** A variant that answers. `await using` stops it. */
export interface Server extends AsyncDisposable {
  readonly variant: Variant;
  readonly url: string;
  readonly answer: Answer;
  usage(): Promise<Usage>;
}

const usageModule = new URL("servers/usage.mjs", import.meta.url).href;

/** Starts a variant and waits for its first answer. */
export async function startServer(variant: Variant): Promise<Server> {
  await using starting = new AsyncDisposableStack();
  const launched = starting.use(await launch(variant, ["--import", usageModule]));
  const answer = await firstAnswer(launched, variant);
  const running = starting.move();
  return {
    variant,
    url: launched.url,
    answer,
    async usage() {
      launched.child.send("usage");
      const [usage] = (await once(launched.child, "message")) as [Usage];
      return usage;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
