import type { IncomingMessage } from "node:http";
import { AppError } from "@layers/contracts";

export interface LargeBodyOptions {
  /** The longest body. */
  readonly limitBytes: number;
  /** Bodies up to this length are read at the same time, longer ones one after the other. */
  readonly smallBytes: number;
}

/**
 * Reads a body, and shows each piece as it comes. The bytes are to be used before anything else is waited
 * for: the next large body is written over them.
 */
export type ReadLargeBytes = (
  req: IncomingMessage,
  onPiece: (piece: Buffer) => void,
) => Promise<Buffer>;

/**
 * Makes a reader for a route that takes large bodies: however many come at once, they take the memory of
 * one. Who waits is not read from, so that his own end holds the bytes.
 * The reader throws PAYLOAD_TOO_LARGE as soon as a body is or says it is longer than `limitBytes`, and
 * BAD_REQUEST when the caller goes away before its end.
 */
export function createLargeBodyReader(options: LargeBodyOptions): ReadLargeBytes {
  const { limitBytes, smallBytes } = options;
  const takeTurn = createTurns();
  let room: Buffer | undefined;
  return (req, onPiece) =>
    new Promise((resolve, reject) => {
      if (Number(req.headers["content-length"] ?? 0) > limitBytes) {
        reject(new AppError("PAYLOAD_TOO_LARGE"));
        return;
      }
      const first: Buffer[] = [];
      let large: Buffer | undefined;
      let turn: Turn | undefined;
      let size = 0;
      const end = (settle: () => void) => {
        settle();
        // After whoever waits for the body has used it.
        setImmediate(() => turn?.end());
      };
      const begin = () => {
        large = room ??= Buffer.allocUnsafeSlow(limitBytes);
        Buffer.concat(first.splice(0)).copy(large);
        req.resume();
      };
      req.on("data", (piece: Buffer) => {
        const start = size;
        size += piece.length;
        if (size > limitBytes) return end(() => reject(new AppError("PAYLOAD_TOO_LARGE")));
        onPiece(piece);
        if (large) piece.copy(large, start);
        else first.push(piece);
        if (size <= smallBytes || turn) return;
        req.pause();
        turn = takeTurn(begin);
      });
      req.on("end", () => end(() => resolve(large?.subarray(0, size) ?? Buffer.concat(first))));
      req.on("close", () => end(() => reject(new AppError("BAD_REQUEST"))));
    });
}

interface Turn {
  /** Lets the next one begin; harmless when it is over, or has not come yet. */
  end(): void;
}

/** One after the other, in the order in which they asked. */
function createTurns(): (begin: () => void) => Turn {
  const queue: { begin: () => void }[] = [];
  return (begin) => {
    const own = { begin };
    queue.push(own);
    if (queue[0] === own) begin();
    return {
      end() {
        const place = queue.indexOf(own);
        if (place === -1) return;
        queue.splice(place, 1);
        if (place === 0) queue[0]?.begin();
      },
    };
  };
}
