import { type Contract, operations, routesOf } from "./operation.ts";

/** Tells the paths of routes that portal users call and partners do not. */
export function createIsPortalPath(contract: Contract): (path: string) => boolean {
  const patterns = [...operations(contract)]
    .filter(([, { access }]) => access.portal && !access.partner)
    .flatMap(([, operation]) => routesOf(operation).map(({ path }) => toPattern(path)));
  return (path) => patterns.some((pattern) => pattern.test(path));
}

const toPattern = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
