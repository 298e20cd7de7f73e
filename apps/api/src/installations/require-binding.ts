import { AppError } from "@layers/contracts";
import type { BindingRow, Store } from "@layers/storage";

/**
 * The organization's binding, if GitHub still serves it.
 *
 * @throws `NOT_FOUND`, `INSTALLATION_SUSPENDED` or `INSTALLATION_UNINSTALLED`.
 */
export async function requireBinding(
  { bindings }: Pick<Store, "bindings">,
  organizationId: string,
): Promise<BindingRow> {
  const binding = await bindings.findShown(organizationId);
  if (!binding) throw new AppError("NOT_FOUND");
  if (binding.status === "suspended") throw new AppError("INSTALLATION_SUSPENDED");
  if (binding.status === "uninstalled") throw new AppError("INSTALLATION_UNINSTALLED");
  return binding;
}
