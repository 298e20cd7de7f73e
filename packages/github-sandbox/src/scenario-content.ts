import type { ContentAttachment } from "./world/model.ts";
import type { World } from "./world/world.ts";

/** URLs in issues, for the edition that has content attachments. */
export interface ContentScenario {
  /**
   * Posts a URL in an issue of a repository, `owner/name`; answers the content reference's id.
   * @throws when the repository is unknown.
   */
  postUrl(repository: string, url: string): number;
  /** What Apps attached to a content reference, oldest first. */
  attachments(contentReferenceId: number): ContentAttachment[];
}

export const createContentScenario = ({ accounts, contentReferences }: World): ContentScenario => ({
  postUrl(fullName, url) {
    const [owner = "", name = ""] = fullName.split("/");
    const repository = accounts.repository(owner, name);
    if (!repository) throw new Error(`There is no repository ${fullName}`);
    return contentReferences.post(repository.id, url).id;
  },
  attachments: contentReferences.attachmentsOf,
});
