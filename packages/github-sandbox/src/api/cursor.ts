import { GitHubError } from "./github-error.ts";
import { type Page, pageSize } from "./pagination.ts";

interface CursorRequest {
  path: string;
  query: URLSearchParams;
  apiUrl: string;
}

const form = /^v1_(\d{1,19})$/;

/** Where a list goes on: after the row of this id. @throws {GitHubError} 422 */
function readCursor(query: URLSearchParams): bigint | undefined {
  const text = query.get("cursor");
  if (text === null || text === "") return undefined;
  const [, id] = form.exec(text) ?? [];
  if (id === undefined) throw new GitHubError(422, "The cursor is not one of this list.");
  return BigInt(id);
}

/** Cuts one page out of a list, newest first: what is added meanwhile moves nothing. */
export function paginateByCursor<T extends { id: string }>(
  all: readonly T[],
  { path, query, apiUrl }: CursorRequest,
): Page<T> {
  const after = readCursor(query);
  const rest = after === undefined ? all : all.filter(({ id }) => BigInt(id) < after);
  const items = rest.slice(0, pageSize(query));
  const last = items.at(-1);
  if (!last || items.length === rest.length) return { items, headers: {} };
  const params = new URLSearchParams(query);
  params.set("cursor", `v1_${last.id}`);
  return { items, headers: { Link: `<${apiUrl}${path}?${params.toString()}>; rel="next"` } };
}
