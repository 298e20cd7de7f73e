import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** What the user wrote behind `helper = layers`, and what git added. */
export interface Settings {
  /** What git wants: `get`, `store`, `erase`, or whatever a later git may think of. */
  readonly operation: string;
  readonly serviceUrl: URL;
  /** The host that tokens are for, as URLs name it. */
  readonly host: string;
  readonly permissions: Readonly<Record<string, Level>>;
  /** Read when it is needed, so that nobody needs one for other hosts. */
  readonly readKey: () => string;
}

type Level = "read" | "write" | "admin";

const usage =
  "usage: git-credential-layers --url <service> [--key-file <file>] [--host github.com] [--permission contents:read]... get|store|erase";

/** @throws with a sentence for whoever wrote the options; none of them may be a key */
export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const { values, positionals } = parse(args);
  const [operation, ...more] = positionals;
  if (operation === undefined || more.length > 0 || values.url === undefined)
    throw new Error(usage);
  return {
    operation,
    serviceUrl: readServiceUrl(values.url),
    host: values.host.toLowerCase(),
    permissions: Object.fromEntries(values.permission.map(readPermission)),
    readKey: () => readKey(values["key-file"], env["LAYERS_API_KEY"]),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: "string" },
        "key-file": { type: "string" },
        host: { type: "string", default: "github.com" },
        permission: { type: "string", multiple: true, default: ["contents:read"] },
      },
    });
  } catch {
    // The reason may quote what was meant to be a key.
    throw new Error(usage);
  }
}

/** Whether whatever is sent there stays on this machine. */
export const isLoopback = (host: string): boolean =>
  /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(host);

function readServiceUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.search || url.hash)
    throw new Error("--url is not the plain URL of a service, such as https://layers.example.");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.host)))
    throw new Error("--url must begin with https://: an API key is sent there.");
  return url;
}

function readPermission(text: string): [string, Level] {
  const [, name, level] = /^([a-z][a-z0-9_]*):(read|write|admin)$/.exec(text) ?? [];
  if (!name || !level) throw new Error("--permission takes a name and a level: contents:read.");
  // Safe: the pattern has these three only.
  return [name, level as Level];
}

function readKey(file: string | undefined, fromEnvironment: string | undefined): string {
  const key = (file === undefined ? fromEnvironment : readFileSync(file, "utf8"))?.trim();
  if (!key) throw new Error("There is no API key: set LAYERS_API_KEY, or name a --key-file.");
  return key;
}
