import { expect } from "vitest";
import { type EnterpriseOperation, enterpriseInputs, type Managed } from "../enterprise.ts";
import { expectRefusal } from "../refusal.ts";
import { callOver, transports } from "../transports.ts";
import { expectUnharmed } from "./unharmed.ts";

/** An input that is not valid, and the field that is told to be wrong. */
export interface InvalidCall {
  readonly name: EnterpriseOperation;
  readonly input: Readonly<Record<string, unknown>>;
  readonly field: string;
}

/** A call that is refused with 422, over every transport, and does nothing. */
export async function expectInvalid(
  { connector, partner }: Managed,
  { name, input, field }: InvalidCall,
): Promise<void> {
  const call = { name, key: partner.key, input: { ...enterpriseInputs[name], ...input } };
  for (const over of transports) {
    const attack = () => callOver(over, connector, call);
    const { issues = [] } = expectRefusal(await expectUnharmed(connector, attack), "VALIDATION");
    expect(issues.map(({ path }) => path.split("[")[0])).toContain(field);
  }
}
