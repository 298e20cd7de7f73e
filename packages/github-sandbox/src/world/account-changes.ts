import type { Deps } from "../deps.ts";
import type { SenderId } from "./event.ts";
import type { Installations } from "./installations.ts";
import type { Account } from "./model.ts";

type AccountDeps = Pick<Deps, "store" | "announce"> & { installations: Installations };

/** Everything that happens to an account. */
export const createAccountChanges = ({ store, announce, installations }: AccountDeps) => ({
  /** The id stays: whoever knows an account by its login loses it. */
  rename(account: Account, login: string, senderId: SenderId) {
    const from = account.login;
    account.login = login;
    store.changed();
    const event = { name: "installation_target", action: "renamed" } as const;
    for (const installation of installations.onAccount(account.id))
      announce({ ...event, installation, account, from, senderId });
  },
});
