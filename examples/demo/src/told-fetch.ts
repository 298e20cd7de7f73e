import type { Narrator } from "./narrator.ts";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The platform's `fetch`, which tells what is asked and what is answered. */
export const createToldFetch =
  (narrator: Narrator): Fetch =>
  async (url, init) => {
    const authorization = new Headers(init.headers).get("authorization");
    const lines = [
      `${init.method ?? "GET"} ${url}`,
      ...(authorization ? [`Authorization: ${authorization}`] : []),
      ...(typeof init.body === "string" ? [toText(init.body)] : []),
    ];
    narrator.does(lines.join("\n"));
    const response = await fetch(url, init);
    narrator.got(`${response.status} ${toText(await response.clone().text())}`.trimEnd());
    return response;
  };

const most = { items: 1, fields: 9 };

/** JSON to look at: the beginning of what is long. */
function toText(json: string): string {
  return json === "" ? "" : JSON.stringify(JSON.parse(json), abridge, 2);
}

function abridge(_name: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    const rest = value.length - most.items;
    return rest > 1 ? [...value.slice(0, most.items), `… and ${rest} more`] : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value);
  const rest = fields.length - most.fields;
  return rest > 1
    ? { ...Object.fromEntries(fields.slice(0, most.fields)), "…": `and ${rest} more` }
    : value;
}
