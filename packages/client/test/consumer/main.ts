import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createApiClient, isLayersError, Layers } from "@layers/client";
import { errorCatalog, type InstallUrl } from "@layers/contracts";

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "", "http://service");
  const body = { authUrl: pathname, state: "s" };
  const missing = pathname === "/v1/github/installation";
  response.writeHead(missing ? 404 : 200);
  if (missing) response.end(JSON.stringify({ ...errorCatalog.NOT_FOUND, code: "NOT_FOUND" }));
  else
    response.end(
      JSON.stringify(pathname.startsWith("/trpc/") ? [{ result: { data: body } }] : body),
    );
});

await once(server.listen(0, "127.0.0.1"), "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const layers = new Layers({ apiKey: "lp_test_x", baseUrl: url });
const rest: InstallUrl = await layers.github.installUrl({ returnUrl: "https://x" });
const api = createApiClient({ url: `${url}/trpc` });
const trpc: InstallUrl = await api.github.installUrl.query({ returnUrl: "https://x" });
const failure: unknown = await layers.github.getInstallation().catch((error: unknown) => error);
console.log(rest.authUrl, trpc.authUrl, isLayersError(failure) && failure.code);
server.close();
