import type { Repository } from "./model.ts";

/** What a fixture says of a repository; id and owner follow from its place. */
export type RepositoryDraft = Omit<Repository, "id" | "ownerId" | "createdAt">;

const products = [
  ["espresso", "the espresso line"],
  ["roastery", "the roastery floor"],
  ["barista", "barista scheduling"],
  ["loyalty", "the loyalty programme"],
  ["menu", "menus and allergens"],
  ["orders", "order taking"],
  ["payments", "payments and refunds"],
  ["inventory", "stock of beans and cups"],
  ["delivery", "delivery routes"],
  ["kiosk", "the self-service kiosk"],
  ["catering", "catering bookings"],
  ["subscriptions", "bean subscriptions"],
  ["storefront", "the web shop"],
  ["pricing", "prices and promotions"],
  ["suppliers", "supplier contracts"],
  ["cupping", "cupping scores"],
  ["machines", "coffee machine telemetry"],
  ["training", "staff training"],
  ["reviews", "customer reviews"],
  ["gift-cards", "gift cards"],
  ["accounting", "the books"],
  ["identity", "sign-in and accounts"],
  ["notifications", "mail and push messages"],
  ["analytics", "sales analytics"],
] as const;

const parts = [
  { suffix: "api", language: "TypeScript", says: "HTTP API for" },
  { suffix: "web", language: "TypeScript", says: "Web client for" },
  { suffix: "worker", language: "Go", says: "Background jobs of" },
  { suffix: "ios", language: "Swift", says: "iOS client for" },
  { suffix: "android", language: "Kotlin", says: "Android client for" },
  { suffix: "infra", language: "HCL", says: "Infrastructure of" },
  { suffix: "docs", language: "MDX", says: "Documentation of" },
  { suffix: "models", language: "Python", says: "Forecast models for" },
  { suffix: "sdk", language: "Rust", says: "Client library for" },
  { suffix: "fixtures", language: null, says: "Sample data for" },
] as const;

const privateParts = new Set<string>(["worker", "infra", "models", "fixtures"]);
const branches = ["main", "main", "main", "master", "develop"] as const;

const pushedAt = (index: number) =>
  new Date(Date.UTC(2026, 9, 1) - index * 7 * 3_600_000).toISOString().replace(".000Z", "Z");

/** 240 repositories: every product in every part. */
export function acmeRepositories(): RepositoryDraft[] {
  const pairs = products.flatMap((product) => parts.map((part) => ({ product, part })));
  return pairs.map(({ product: [name, topic], part }, index) => ({
    name: `${name}-${part.suffix}`,
    private: privateParts.has(part.suffix),
    description: `${part.says} ${topic}`,
    language: part.language,
    defaultBranch: branches[index % branches.length] ?? "main",
    pushedAt: pushedAt(index),
  }));
}

function few(names: readonly string[], language: string): RepositoryDraft[] {
  return names.map((name, index) => ({
    name,
    private: index % 2 === 1,
    description: `The ${name} project`,
    language,
    defaultBranch: "main",
    pushedAt: pushedAt(index),
  }));
}

export const globexRepositories = () =>
  few(["doomsday-scheduler", "hammock-district", "hydration-portal", "payroll", "rocket"], "Java");

export const octocatRepositories = () =>
  few(["Hello-World", "private-notes", "Spoon-Knife", "dotfiles"], "Ruby");

export const teaRepositories = () =>
  few(["kettle", "leaf-prices", "matcha-api", "steeping-timer"], "Kotlin");
