/** Flat text parameters of a request; of several with one name the first counts. */
export interface Params {
  get: (name: string) => string | undefined;
  all: (name: string) => string[];
}

export function toParams(search: URLSearchParams): Params {
  return {
    get: (name) => search.get(name) ?? undefined,
    all: (name) => search.getAll(name),
  };
}

/** The query of a request target such as `/login?return_to=%2F`. */
export const queryOf = (target: string) =>
  toParams(new URL(target, "http://localhost").searchParams);

/** A form body, read as text. */
export const formOf = (body: unknown) =>
  toParams(new URLSearchParams(typeof body === "string" ? body : ""));

/** A path with a query; absent values are left out. */
export function withQuery(path: string, values: Record<string, string | number | undefined>) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `${path}?${search.toString()}` : path;
}
