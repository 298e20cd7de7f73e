import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { toAppError } from "@layers/contracts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLargeBodyReader } from "../src/index.ts";

const [smallBytes, limitBytes] = [100_000, 1_000_000];
const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

let server: Server;
let ends: string[];
beforeAll(async () => {
  const read = createLargeBodyReader({ limitBytes, smallBytes });
  server = createServer((req, res) => {
    let pieces = 0;
    read(req, (piece) => {
      pieces += piece.length;
    }).then(
      (bytes) => {
        ends.push(String(req.url));
        res.end(`${digest(bytes)} ${pieces === bytes.length}`);
      },
      (error: unknown) => {
        const { status, code } = toAppError(error);
        ends.push(code);
        res.statusCode = status;
        res.end();
        req.resume();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void server.close());
beforeEach(() => {
  ends = [];
});

function open(name: string) {
  const { port } = server.address() as AddressInfo;
  const upload = request({ port, host: "127.0.0.1", method: "POST", path: name, agent: false });
  const answer = new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    upload.on("error", reject);
    upload.on("response", (response: IncomingMessage) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
  });
  return { upload, answer };
}

function send(name: string, body: Buffer) {
  const { upload, answer } = open(name);
  upload.end(body);
  return answer;
}

const bodyOf = (length: number, fill: number) => Buffer.alloc(length, fill);

describe("W-09: a route for large bodies", () => {
  test("gets each as it was sent, however many come at once", async () => {
    const bodies = [0, 1, smallBytes, smallBytes + 1, 500_000, 700_000, limitBytes].flatMap(
      (length, each) => [bodyOf(length, each + 1), bodyOf(length, each + 50)],
    );
    const answers = await Promise.all(bodies.map((body) => send("/a", body)));
    expect(answers).toEqual(bodies.map((body) => ({ status: 200, text: `${digest(body)} true` })));
  });

  test("reads no more than the limit", async () => {
    const [{ status }, other] = await Promise.all([
      send("/long", bodyOf(limitBytes + 1, 1)),
      send("/next", bodyOf(limitBytes, 2)),
    ]);
    expect([status, other.status]).toEqual([413, 200]);
  });

  test("reads large ones in turns, and small ones meanwhile", async () => {
    const slow = open("/slow");
    slow.upload.write(bodyOf(200_000, 1));
    await sleep(50);
    const waiting = send("/waiting", bodyOf(200_000, 2));
    await send("/small", bodyOf(1000, 3));
    await sleep(50);
    expect(ends).toEqual(["/small"]);
    slow.upload.end();
    await Promise.all([slow.answer, waiting]);
    expect(ends).toEqual(["/small", "/slow", "/waiting"]);
  });

  test("is not held up by who goes away, whether it is his turn or not", async () => {
    const [first, second] = [open("/first"), open("/second")];
    for (const { upload, answer } of [first, second]) {
      answer.catch(() => undefined);
      upload.write(bodyOf(200_000, 1));
      await sleep(50);
    }
    const third = send("/third", bodyOf(200_000, 2));
    second.upload.destroy();
    await sleep(20);
    first.upload.destroy();
    expect((await third).status).toBe(200);
    expect(ends.toSorted()).toEqual(["/third", "BAD_REQUEST", "BAD_REQUEST"]);
  });
});
