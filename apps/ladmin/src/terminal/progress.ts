import type { OnProgress } from "@layers/storage";
import { Presets, SingleBar } from "cli-progress";
import type { OutputOptions } from "./output.ts";

/** Shows a bar while something takes long, if a person is watching. */
export type ShowProgress = <T>(
  label: string,
  work: (onProgress: OnProgress) => Promise<T>,
) => Promise<T>;

export function createShowProgress({
  json,
  stderr,
}: Pick<OutputOptions, "json" | "stderr">): ShowProgress {
  return async (label, work) => {
    if (json || !stderr.isTTY) return work(() => undefined);
    const format = `${label} {bar} {percentage}%`;
    const options = { stream: stderr, format, clearOnComplete: true, hideCursor: true };
    const bar = new SingleBar(options, Presets.rect);
    bar.start(1, 0);
    try {
      return await work(({ done, total }) => {
        bar.setTotal(total);
        bar.update(done);
      });
    } finally {
      bar.stop();
    }
  };
}
