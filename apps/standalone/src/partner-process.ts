import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ReservedPort } from "@layers/http-edge";

export interface PartnerOptions {
  /** Handed over to it. */
  readonly port: ReservedPort;
  /** Where it finds our URL and its key. */
  readonly standaloneFile: string;
}

const patienceMilliseconds = 5000;

/** Starts the sample partner as a process of its own. It ends when we do, however we end. */
export async function startPartner({
  port,
  standaloneFile,
}: PartnerOptions): Promise<AsyncDisposable> {
  const child = fork(fileURLToPath(import.meta.resolve("@layers/partner-app")), {
    // Nothing else of our environment: it holds secrets.
    env: { PARTNER_PORT: String(port.port), STANDALONE_FILE: standaloneFile },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.send("port", port.listener);
  const exited = once(child, "exit");
  const isListening = await Promise.race([
    once(child, "message").then(() => true),
    exited.then(() => false),
  ]);
  if (!isListening) throw new Error("The sample partner did not start.");
  await port[Symbol.asyncDispose]();
  return {
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      const impatience = setTimeout(() => child.kill("SIGKILL"), patienceMilliseconds);
      if (child.exitCode === null && child.signalCode === null) await exited;
      clearTimeout(impatience);
    },
  };
}
