import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkSignature } from "./signature.ts";

const secret = "It's a Secret to Everybody";
const hex = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
const sign = (body: Buffer | string, by = secret) =>
  `sha256=${createHmac("sha256", by).update(body).digest("hex")}`;

function isGenuine(body: Buffer | string, signature: string | undefined, secrets = [secret]) {
  const check = checkSignature(secrets, signature);
  check?.update(Buffer.from(body));
  return check?.isGenuine() ?? false;
}

describe("W-01: a webhook's signature", () => {
  test("is that of GitHub's own example", () => {
    expect(isGenuine("Hello, World!", `sha256=${hex}`)).toBe(true);
    expect(isGenuine("Hello, World?", `sha256=${hex}`)).toBe(false);
  });

  test("is over the bytes as they came, in whatever pieces", () => {
    const body = Buffer.from('{"a":"\\u00e9 é",\r\n "b":1}');
    const check = checkSignature([secret], sign(body));
    for (const byte of body) check?.update(Buffer.of(byte));
    expect(check?.isGenuine()).toBe(true);
    expect(isGenuine(JSON.stringify(JSON.parse(body.toString())), sign(body))).toBe(false);
  });

  test("of 25 MiB is checked", () => {
    const body = Buffer.alloc(25 * 1024 * 1024, "x");
    expect(isGenuine(body, sign(body))).toBe(true);
    const signature = sign(body);
    body[12_345] = 0;
    expect(isGenuine(body, signature)).toBe(false);
  });

  test("is taken under the current and the previous secret, and under no other", () => {
    const secrets = ["new", "old"];
    for (const each of secrets) expect(isGenuine("x", sign("x", each), secrets)).toBe(true);
    expect(isGenuine("x", sign("x", "older"), secrets)).toBe(false);
    expect(isGenuine("x", sign("x", "new"), [])).toBe(false);
  });
});

test.each([
  ["none", undefined],
  ["nothing", ""],
  ["only its hex", hex],
  ["capitals", `sha256=${hex.toUpperCase()}`],
  ["another scheme", `sha1=${hex}`],
  ["a digit less", `sha256=${hex.slice(1)}`],
  ["a digit more", `sha256=${hex}0`],
  ["something behind", `sha256=${hex}\n`],
  ["two in one", `sha256=${hex}, sha256=${hex}`],
  ["no hex", `sha256=${hex.slice(1)}g`],
])("W-02: %s is no signature", (_what, signature) => {
  expect(checkSignature([secret], signature)).toBeUndefined();
});
