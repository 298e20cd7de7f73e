import { App, Octokit } from "octokit";
import { z } from "zod";
import type { Connector } from "./connector.ts";

/** GitHub's own credentials of a person who administers an installation, and of that installation. */
export interface Personal {
  readonly installationId: number;
  /** One that the installation can see. */
  readonly repositoryId: number;
  /** One that it cannot see. */
  readonly otherRepositoryId: number;
  readonly ghs: string;
  readonly ghu: string;
  readonly ghp: string;
  readonly github_pat: string;
}

/** Installs the App on a person's account, which has four repositories, and makes his tokens. */
export async function openPersonal(
  connector: Pick<Connector, "sandbox" | "appPrivateKey">,
): Promise<Personal> {
  const { sandbox } = connector;
  const login = "octocat";
  const { id } =
    sandbox.world.installation(login) ??
    sandbox.world.install(login, { repositories: ["Hello-World"] });
  const ghp = sandbox.world.createPersonalToken(login, { kind: "classic", scopes: ["repo"] });
  const octokit = new Octokit({ auth: ghp, baseUrl: sandbox.apiUrl });
  const idOf = async (repo: string) =>
    Number((await octokit.request("GET /repos/{owner}/{repo}", { owner: login, repo })).data.id);
  return {
    installationId: id,
    repositoryId: await idOf("Hello-World"),
    otherRepositoryId: await idOf("Spoon-Knife"),
    ghs: await mintAtGitHub(connector, id),
    ghu: sandbox.world.authorize(login).accessToken,
    ghp,
    github_pat: sandbox.world.createPersonalToken(login, { kind: "fine-grained", scopes: [] }),
  };
}

/** The App's own client, with Octokit's own way to authenticate. */
export const appClient = ({
  sandbox,
  appPrivateKey,
}: Pick<Connector, "sandbox" | "appPrivateKey">): App =>
  new App({
    appId: sandbox.app.id,
    privateKey: appPrivateKey,
    Octokit: Octokit.defaults({ baseUrl: sandbox.apiUrl }),
  });

/** A token of an installation, as its App gets it from GitHub; with all that it was granted by default. */
export async function mintAtGitHub(
  connector: Pick<Connector, "sandbox" | "appPrivateKey">,
  installationId: number,
  permissions?: Readonly<Record<string, string>>,
): Promise<string> {
  const octokit = await appClient(connector).getInstallationOctokit(installationId);
  const authentication = await octokit.auth({ type: "installation", permissions });
  return z.object({ token: z.string() }).parse(authentication).token;
}
