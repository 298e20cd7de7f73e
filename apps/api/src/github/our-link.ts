import { AppError } from "@layers/contracts";

interface Place {
  /** Where GitHub's API is. */
  readonly apiUrl: string;
  /** The path that was asked for. */
  readonly path: string;
}

const relation = /<([^<>]*)>\s*;\s*rel="(first|prev|next|last)"/g;
const pageNumber = /^[1-9][0-9]{0,9}$/;

/**
 * Rewrites GitHub's `Link` header: its relations, with the path that the caller knows. GitHub may name
 * the same list by another path, so nothing but the page numbers is taken over.
 *
 * @throws `GITHUB_UNAVAILABLE` if it leads to another host.
 */
export function toOurLink(header: string, { apiUrl, path }: Place): string | undefined {
  const links = [...header.matchAll(relation)].map(([, target = "", rel = ""]) => {
    const url = URL.parse(target);
    if (url?.origin !== new URL(apiUrl).origin) {
      const cause = new Error("GitHub's Link header leads to another host.");
      throw new AppError("GITHUB_UNAVAILABLE", { cause });
    }
    const query = ["per_page", "page"].flatMap((name) => {
      const value = url.searchParams.get(name) ?? "";
      return pageNumber.test(value) ? [`${name}=${value}`] : [];
    });
    return `<${path}?${query.join("&")}>; rel="${rel}"`;
  });
  return links.length > 0 ? links.join(", ") : undefined;
}
