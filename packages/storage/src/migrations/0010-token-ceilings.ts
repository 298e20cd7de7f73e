/** The most that an API key's tokens may reach; null for no limit of the key's own. */
export const tokenCeilings = (): string[] => [
  `alter table "apiKeys" add column "tokenCeiling" text`,
];
