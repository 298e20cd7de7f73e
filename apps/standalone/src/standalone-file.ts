import { z } from "zod";
import type { DataFolder } from "./data-folder.ts";
import type { PortalUsers } from "./development-portal.ts";

const name = "standalone.json";

/** Development keys, by what they are for. */
const Keys = z.object({
  /** May use every operation under `/v1/github`, without a budget. */
  admin: z.string(),
  /** Valid, and allowed nothing. */
  noScope: z.string(),
  /** As `admin`, of another organization. */
  otherOrg: z.string(),
  /** May manage the Apps of the enterprises that the operator grants; the stand-in's `acme-corp` is. */
  enterprise: z.string(),
});
export type Keys = z.infer<typeof Keys>;

const KnownKeys = Keys.partial();
export type KnownKeys = z.infer<typeof KnownKeys>;

/** What a developer's tools need to know of a running standalone. */
export interface StandaloneFile {
  readonly baseUrl: string;
  readonly trpcUrl: string;
  readonly githubWebUrl: string;
  readonly githubApiUrl: string;
  readonly partnerUrl: string;
  readonly keys: Keys;
  /** Null when `PORTAL_ISSUERS` says who signs portal users in. */
  readonly portal: {
    /** A page of ours that signs a browser in as one of the users. */
    readonly signInUrl: string;
    readonly cookieName: string;
    readonly users: PortalUsers;
  } | null;
  /** A return URL that the keys allow. */
  readonly returnUrl: string;
  readonly githubApp: {
    readonly id: number;
    readonly clientId: string;
    readonly slug: string;
    /** Null when the key was given in the environment. */
    readonly privateKeyPath: string | null;
  };
}

export const standaloneFilePath = (folder: DataFolder): string => folder.path(name);

export const writeStandaloneFile = (folder: DataFolder, content: StandaloneFile): Promise<void> =>
  folder.write(name, `${JSON.stringify(content, null, 2)}\n`);

/** The keys that the last start left; whatever cannot be read is made anew. */
export async function readKeys(folder: DataFolder): Promise<KnownKeys> {
  try {
    const content: unknown = JSON.parse((await folder.read(name)) ?? "{}");
    return z.object({ keys: KnownKeys }).parse(content).keys;
  } catch {
    return {};
  }
}
