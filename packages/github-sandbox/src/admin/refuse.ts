import { z } from "zod";

/** An error that the admin surface answers with this status. */
export const refuse = (status: number, message: string) =>
  Object.assign(new Error(message), { status });

/** Reads a body. @throws an error of status 400 that says what is wrong with it. */
export function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw refuse(400, z.prettifyError(result.error));
}

/** What the world refuses is the caller's mistake. */
export function tell<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw refuse(409, error instanceof Error ? error.message : String(error));
  }
}
