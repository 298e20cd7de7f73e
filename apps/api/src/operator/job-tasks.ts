import { AppError } from "@layers/contracts";
import type { Operator, OperatorDeps } from "./operator.ts";
import { createOperatorAudit } from "./operator-audit.ts";

export function jobTasks({ store, clock }: OperatorDeps): Pick<Operator, "retryJob"> {
  const audit = createOperatorAudit(clock);
  return {
    retryJob: (id) =>
      store.transaction(async (tx) => {
        const job = await tx.jobs.find(id);
        if (!job) throw new AppError("NOT_FOUND");
        if (!(await tx.jobs.replay(id, clock()))) throw new AppError("CONFLICT");
        const details = { kind: job.kind, lastError: job.lastError };
        await audit(tx, job.organizationId, { action: "job.retry", target: id, details });
      }),
  };
}
