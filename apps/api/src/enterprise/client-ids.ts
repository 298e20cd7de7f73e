import { z } from "zod";

const ClientIds = z.array(z.string());

/** Reads a grant's column. */
export const parseClientIds = (text: string): string[] => ClientIds.parse(JSON.parse(text));
