import { invalid } from "@layers/contracts";

const longest = 100;

/** Checks a name for people. @throws `VALIDATION` */
export function checkName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === "" || trimmed.length > longest || /[\p{C}\p{Zl}\p{Zp}]/u.test(trimmed))
    throw invalid("name", `A name has 1 to ${longest} characters, none of them invisible.`);
  return trimmed;
}
