import { AppError } from "@layers/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkReturnUrl } from "./return-url.ts";

const allowedReturnDomains = ["app.partner.example", "*.wild.example", "port.example:8443"];
const live = { allowedReturnDomains, keyEnv: "live" } as const;

function outcome(raw: string, rules: Parameters<typeof checkReturnUrl>[1] = live): string {
  try {
    return checkReturnUrl(raw, rules);
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe("a return URL is taken and normalized", () => {
  test.for([
    ["https://app.partner.example/cb", "https://app.partner.example/cb"],
    ["https://app.partner.example", "https://app.partner.example/"],
    ["https://app.partner.example?x=1", "https://app.partner.example/?x=1"],
    ["HTTPS://APP.PARTNER.EXAMPLE/CB", "https://app.partner.example/CB"],
    ["https://app.partner.example:443/cb", "https://app.partner.example/cb"],
    ["https://app.partner.example/a%20b?c=%2F", "https://app.partner.example/a%20b?c=%2F"],
    ["https://a.wild.example/", "https://a.wild.example/"],
    ["https://a.b.wild.example/", "https://a.b.wild.example/"],
    ["https://port.example:8443/cb", "https://port.example:8443/cb"],
  ] as const)("%s", ([raw, href]) => {
    expect(outcome(raw)).toBe(href);
  });
});

describe("a host that is not on the list is not allowed", () => {
  test.for([
    "https://evil.example/cb",
    "https://app.partner.example.evil.example/cb",
    "https://evilapp.partner.example/",
    "https://app-partner.example/",
    "https://partner.example/",
    "https://sub.app.partner.example/cb",
    "https://wild.example/",
    "https://evilwild.example/",
    "https://app.partner.xn--exmple-4nf/cb",
    "https://app.partner.example:0/",
    "https://app.partner.example:8443/",
    "https://port.example/cb",
  ])("%s", (raw) => {
    expect(outcome(raw)).toBe("RETURN_URL_NOT_ALLOWED");
  });
});

describe("a URL that could be read in two ways is malformed", () => {
  test.for([
    "https://app.partner.example:443@evil.example/",
    "https://user:pass@app.partner.example/cb",
    "https://app.partner.example@evil.example/",
    "https://app.partner.example\\@evil.example/",
    "https://evil.example\\.app.partner.example/cb",
    "https:/evil.example/cb",
    "https:evil.example/cb",
    "https:\\\\evil.example/cb",
    "https:////evil.example/cb",
    "//evil.example/cb",
    "/\\evil.example",
    "/cb",
    "cb",
    "https://app.partner.example../cb",
    "https://app.partner.example./cb",
    "https://.app.partner.example/",
    "https://app..partner.example/",
    "https://app.partner.example:65536/",
    "https://app.partner.example:-1/",
    "https://app.partner.example:/",
    "https://app.partner.example:4 43/",
    "https://%61pp.partner.example/cb",
    "https://app.partner.example%2f.evil.example/cb",
    "https://app.partner.example%23.evil.example",
    "https://app.partner.example%40evil.example",
    "https://evil.example#@app.partner.example/",
    "https://evil.example/#https://app.partner.example",
    "https://app.partner.example/#",
    "https://app。partner。example/cb",
    "https://app.partner.exаmple/cb",
    "https://app.partner.exampl\u24d4/",
    "https://app\u00ad.partner.example/cb",
    "https://app.part\u200bner.example/",
    "https://app.partner.exa\tmple/cb",
    "ht\ntps://app.partner.example/cb",
    " https://app.partner.example/cb",
    "https://app.partner.example/cb ",
    "\u0000https://app.partner.example/cb",
    "https://app.partner.example/%0d%0aSet-Cookie:x=1",
    "https://app.partner.example/%00",
    "https://app.partner.example/%7f",
    "https://app.partner.example/%zz",
    "https://app.partner.example/%",
    "javascript://app.partner.example/%0aalert(1)",
    "javascript:alert(1)//https://app.partner.example",
    "data:text/html,x",
    "http://app.partner.example/cb",
    "file://app.partner.example/etc/passwd",
    "ftp://app.partner.example/",
    "ws://app.partner.example",
    "view-source:https://app.partner.example",
    "intent://app.partner.example#Intent;scheme=https;end",
    "https://127.0.0.1/cb",
    "https://[::1]/cb",
    "https://[::ffff:127.0.0.1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://localhost/",
    "https://app.partner.example/cb/../../admin",
    "https://app.partner.example/cb/%2e%2e/admin",
    "https://app.partner.example/cb/.%2e/admin",
    "https://app.partner.example/./cb",
    "https://app.partner.example/cb?state=attacker&installation_id=1",
    "https://app.partner.example/cb?code=x",
    "https://app.partner.example/cb?setup_action=install",
    "https://app.partner.example/cb?%73tate=x",
    'https://app.partner.example/"',
    "https://app.partner.example/<script>",
    "https://app.partner.example/{a}",
    `https://app.partner.example/${"a".repeat(2048)}`,
  ])("%j", (raw) => {
    expect(outcome(raw)).toBe("VALIDATION");
  });
});

describe("an origin on the caller's own machine", () => {
  const origin = "http://127.0.0.1:4020";
  const own = { allowedReturnDomains: [origin], keyEnv: "test" } as const;

  test("is taken with a test key that names it exactly", () => {
    expect(outcome(`${origin}/callback?x=1`, own)).toBe(`${origin}/callback?x=1`);
  });

  test.for([
    ["http://127.0.0.1:4021/callback", "VALIDATION"],
    ["http://localhost:4020/callback", "VALIDATION"],
    ["http://127.0.0.1:4020@evil.example/", "VALIDATION"],
    ["http://127.0.0.1:4020/a/../b", "VALIDATION"],
    ["http://127.0.0.1:4020/#x", "VALIDATION"],
    ["http://127.0.0.1:4020/?state=x", "VALIDATION"],
    ["https://evil.example/", "RETURN_URL_NOT_ALLOWED"],
  ] as const)("lifts no other rule: %s", ([raw, code]) => {
    expect(outcome(raw, own)).toBe(code);
  });

  test("is nothing to a live key", () => {
    expect(outcome(`${origin}/callback`, { ...own, keyEnv: "live" })).toBe("VALIDATION");
  });
});

/** The least of a few runs, in microseconds of this thread: what else the machine does is not in it. */
function leastCpu(work: () => unknown): number {
  const runs = Array.from({ length: 5 }, () => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return user + system;
  });
  return Math.min(...runs);
}

test.each([
  "a".repeat(65_536),
  "-a".repeat(32_768),
  "%".repeat(65_536),
  `https://${"a.".repeat(32_764)}`,
  `https://${"-a".repeat(32_764)}`,
  `https://app.partner.example/${"%41".repeat(21_836)}`,
  `https://app.partner.example/${"../".repeat(21_836)}`,
  `https://app.partner.example/?${"a=&".repeat(21_835)}`,
])("H-17: 64 KiB of it take no time: %.40s", (raw) => {
  expect(leastCpu(() => outcome(raw))).toBeLessThan(1000);
});

const numRuns = Number(process.env["FUZZ_RUNS"] ?? 200_000);

test("O-01: whatever is taken, two parsers find an allowed host in it", () => {
  const piece = fc.constantFrom(
    ..."https:// //\\ app.partner.example evil.example a.wild.example @ : # ? % %2f %2e .. . / 443 \t \n 。 ａ user state=x &".split(
      " ",
    ),
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
    fc
      .array(piece, { maxLength: 8 })
      .map((pieces) => `https://app.partner.example${pieces.join("")}`),
    fc.array(piece, { maxLength: 8 }).map((pieces) => `https://${pieces.join("")}/cb`),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
  );
  const isAllowed = (host: string | undefined) =>
    host === "app.partner.example" || /^(?:[a-z0-9-]+\.)+wild\.example$/.test(host ?? "");
  let taken = 0;
  fc.assert(
    fc.property(text, (raw) => {
      const href = outcome(raw);
      if (!href.startsWith("https://")) return;
      taken += 1;
      const byRfc3986 = /^[^:/?#]+:\/\/(?:[^/?#@]*@)?([^/?#:]*)/.exec(raw)?.[1]?.toLowerCase();
      expect(isAllowed(new URL(raw).hostname)).toBe(true);
      expect(isAllowed(byRfc3986)).toBe(true);
      expect(new URL(href).href).toBe(href);
    }),
    { numRuns },
  );
  expect(taken).toBeGreaterThan(50);
}, 600_000);
