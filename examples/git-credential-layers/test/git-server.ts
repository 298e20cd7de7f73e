import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A host of repositories, served by git itself to whoever has a token for them. */
export interface GitServer extends AsyncDisposable {
  /** As URLs name it. */
  readonly host: string;
  /** The requests, as `GET /path 401`. */
  readonly log: readonly string[];
}

export interface GitServerOptions {
  readonly folder: string;
  /** Whether a token may read `owner/name`. */
  readonly mayRead: (token: string, repository: string) => Promise<boolean>;
}

export async function startGitServer({ folder, mayRead }: GitServerOptions): Promise<GitServer> {
  const log: string[] = [];
  const serve = async (req: IncomingMessage, res: ServerResponse) => {
    const { pathname } = new URL(req.url ?? "", "http://git.test");
    const repository = pathname
      .split("/")
      .slice(1, 3)
      .join("/")
      .replace(/\.git$/, "");
    const token = tokenOf(req);
    if (!token || !(await mayRead(token, repository)))
      res.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    else await runBackend(folder, req, res);
    log.push(`${req.method} ${pathname} ${res.statusCode}`);
  };
  const server = createServer(
    (req, res) => void serve(req, res).catch((error) => res.destroy(error)),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    log,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  const [, basic = ""] = /^Basic (.+)$/.exec(headers.authorization ?? "") ?? [];
  const [user, token] = Buffer.from(basic, "base64").toString().split(":");
  return user === "x-access-token" ? token : undefined;
}

/** git's own server is a CGI program. */
async function runBackend(folder: string, req: IncomingMessage, res: ServerResponse) {
  const { pathname, search } = new URL(req.url ?? "", "http://git.test");
  const child = spawn("git", ["http-backend"], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: req.method,
      CONTENT_TYPE: req.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: req.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(req.headers["git-protocol"] ?? ""),
    },
  });
  req.pipe(child.stdin);
  const output = await buffer(child.stdout);
  const end = output.indexOf("\r\n\r\n");
  for (const line of output.subarray(0, end).toString().split("\r\n")) {
    const [name = "", value = ""] = line.split(": ");
    if (name === "Status") res.statusCode = Number.parseInt(value, 10);
    else res.setHeader(name, value);
  }
  res.end(output.subarray(end + 4));
}
