import { EnvError } from "@layers/api";
import { type Address, type ReservedPort, reservePort } from "@layers/http-edge";

/**
 * Takes a port before anything is started: our pages must know their own address before they are served.
 *
 * @throws {EnvError} naming the variable of a port that cannot be had
 */
export async function takePort(name: string, { host, port }: Address): Promise<ReservedPort> {
  try {
    return await reservePort({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === "EADDRINUSE" ? "is taken" : `cannot be used (${code})`;
    throw new EnvError(
      `${name}: port ${port} of ${host} ${problem}. Stop what uses it, or choose another one with ${name}=…`,
    );
  }
}
