/** A list endpoint's query, on GitHub's terms: odd values fall back instead of failing. */
interface PageRequest {
  path: string;
  query: URLSearchParams;
  apiUrl: string;
}

export interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

const largestPage = 100;

function positive(text: string | null, fallback: number): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : fallback;
}

/** `per_page`: 30 when absent, 100 at most. */
export const pageSize = (query: URLSearchParams) =>
  Math.min(positive(query.get("per_page"), 30), largestPage);

/** Cuts one page out of a list; `Link` is absent when everything fits on one page. */
export function paginate<T>(all: readonly T[], { path, query, apiUrl }: PageRequest): Page<T> {
  const perPage = pageSize(query);
  const page = positive(query.get("page"), 1);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const items = all.slice((page - 1) * perPage, page * perPage);

  const link = (rel: string, number: number) => {
    const params = new URLSearchParams(query);
    params.set("page", String(number));
    return `<${apiUrl}${path}?${params.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link("prev", Math.min(page - 1, last))] : []),
    ...(page < last ? [link("next", page + 1)] : []),
    ...(page === last ? [] : [link("last", last)]),
    ...(page > 1 ? [link("first", 1)] : []),
  ];
  return { items, headers: links.length > 0 ? { Link: links.join(", ") } : {} };
}
