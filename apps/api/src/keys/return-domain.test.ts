import { expect, test } from "vitest";
import { checkReturnDomain } from "./return-domain.ts";

test.for(["app.example.com", "*.example.com", "app.example.com:8443", "a-b.example.co.uk"])(
  "%s may be allowed",
  (entry) => {
    expect(checkReturnDomain(entry, "live")).toBe(entry);
  },
);

test.for([
  "*",
  "com",
  "*.com",
  "co.uk",
  "*.co.uk",
  "github.io",
  "*.github.io",
  "localhost",
  "App.example.com",
  "https://app.example.com",
  "app.example.com/",
  "app.example.com:443",
  "app.example.com:65536",
  "app.*.example.com",
  "127.0.0.1",
  "[::1]",
  "-a.example.com",
  "a..example.com",
  "app.example.com.",
  "",
  " app.example.com",
  "http://127.0.0.1:4020",
])("%j may not", (entry) => {
  expect(() => checkReturnDomain(entry, "live")).toThrow(
    expect.objectContaining({ code: "VALIDATION" }),
  );
});

test.for([
  ["http://127.0.0.1:4020", true],
  ["http://localhost:1", true],
  ["http://127.0.0.1", false],
  ["http://127.0.0.1:70000", false],
  ["https://127.0.0.1:4020", false],
  ["http://127.0.0.2:4020", false],
  ["http://127.0.0.1:4020/", false],
] as const)("with a test key %s: %s", ([entry, allowed]) => {
  const check = () => checkReturnDomain(entry, "test");
  if (allowed) expect(check()).toBe(entry);
  else expect(check).toThrow();
});
