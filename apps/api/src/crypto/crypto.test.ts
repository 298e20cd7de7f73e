import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { randomToken } from "./digest.ts";
import { createSealer } from "./sealer.ts";
import { parseVersionedSecrets } from "./versioned-secrets.ts";

const secret = (version: number) => `${version}:${randomBytes(32).toString("base64")}`;

describe("a sealed text", () => {
  const first = secret(1);
  const sealer = createSealer(parseVersionedSecrets(first));

  test("G-01: opens under the same context only", () => {
    const box = sealer.seal("token", "a");
    expect(sealer.open(box, "a")).toBe("token");
    expect(() => sealer.open(box, "b")).toThrow();
  });

  test("opens no more once any bit of it is changed", () => {
    const box = sealer.seal("token", "a");
    for (let index = 0; index < box.length; index++) {
      const changed = Buffer.from(box);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => sealer.open(changed, "a"), String(index)).toThrow();
    }
    expect(() => sealer.open(box.subarray(0, 20), "a")).toThrow();
  });

  test("is another one each time", () => {
    expect(sealer.seal("token", "a").equals(sealer.seal("token", "a"))).toBe(false);
  });

  test("opens after a new key has come, and no more after its own has gone", () => {
    const box = sealer.seal("token", "a");
    const second = secret(2);
    const rotated = createSealer(parseVersionedSecrets(`${first},${second}`));
    expect(rotated.open(box, "a")).toBe("token");
    expect(rotated.seal("token", "a")[0]).toBe(2);
    expect(() => createSealer(parseVersionedSecrets(second)).open(box, "a")).toThrow();
  });
});

test.for(["", "1", "1:", "1:c2hvcnQ=", `0:${"A".repeat(43)}=`, `256:${"A".repeat(43)}=`, "x:y"])(
  "%j is no list of secrets, and is not repeated",
  (text) => {
    expect(() => parseVersionedSecrets(text)).toThrow(/^expected <version>/);
  },
);

test("O-02: of a million states none comes twice", () => {
  const states = new Set<string>();
  for (let each = 0; each < 1_000_000; each++) states.add(randomToken(24));
  expect(states.size).toBe(1_000_000);
}, 60_000);
