/** Finds the attempts that came to nothing without reading the others. */
export const endedAttempts = (): string[] => [
  `create index "endedAttempts" on "attempts" ("expiresAt") where "status" <> 'bound'`,
];
