import type { ErrorCode, Issue } from "@layers/contracts";
import { describe, expect, test } from "vitest";
import type { Connector } from "./connector.ts";
import { expectBudgetHeaders, expectRefusal } from "./refusal.ts";
import { callOver, type OperationCall, transports } from "./transports.ts";

/** A call that is refused, in the same words on every transport. */
export interface RefusalCase<Fixtures> {
  readonly when: string;
  readonly code: ErrorCode;
  readonly call: (fixtures: Fixtures) => Omit<OperationCall, "name">;
  /** What the envelope lists; nothing when absent. */
  readonly issues?: readonly Issue[];
}

/** Declares the tests of an operation's refusals. `started` is asked when they run. */
export function describeRefusals<Fixtures>(
  name: string,
  cases: readonly RefusalCase<Fixtures>[],
  started: () => { readonly connector: Connector; readonly fixtures: Fixtures },
): void {
  describe.each(cases)(`${name} refuses with $code when $when`, ({ code, call, issues }) => {
    const callBy = (transport: (typeof transports)[number]) => {
      const { connector, fixtures } = started();
      return callOver(transport, connector, { name, ...call(fixtures) });
    };

    test.each(transports)("over %s", async (transport) => {
      const answer = await callBy(transport);
      const envelope = expectRefusal(answer, code);
      expectBudgetHeaders(answer, code !== "UNAUTHENTICATED");
      expect(envelope.issues).toEqual(issues);
      expect(envelope.fieldErrors).toEqual(
        issues && Object.fromEntries(issues.map(({ path, message }) => [path, message])),
      );
    });

    test("with one body on every transport", async () => {
      const answers = await Promise.all(transports.map(callBy));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    });
  });
}
