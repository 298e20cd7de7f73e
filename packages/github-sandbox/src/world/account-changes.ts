import type { Deps } from "../deps.ts";
import type { Accounts } from "./accounts.ts";
import type { SenderId } from "./event.ts";
import type { FormerNames } from "./former-names.ts";
import type { Installations } from "./installations.ts";
import type { Account } from "./model.ts";

type AccountDeps = Pick<Deps, "store" | "announce"> & {
  accounts: Accounts;
  formerNames: FormerNames;
  installations: Installations;
};

/** Everything that happens to an account. */
export const createAccountChanges = ({
  store,
  announce,
  accounts,
  formerNames,
  installations,
}: AccountDeps) => ({
  /** The id stays: whoever knows an account by its login loses it. */
  rename(account: Account, login: string, senderId: SenderId) {
    const from = account.login;
    for (const repository of accounts.repositoriesOf(account.id)) formerNames.remember(repository);
    account.login = login;
    store.changed();
    const event = { name: "installation_target", action: "renamed" } as const;
    for (const installation of installations.onAccount(account.id))
      announce({ ...event, installation, account, from, senderId });
  },
});
