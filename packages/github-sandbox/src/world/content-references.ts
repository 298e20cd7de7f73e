import type { Deps } from "../deps.ts";
import type { ContentAttachment, ContentReference } from "./model.ts";

/** An App has six hours to attach something to a URL that somebody posted. */
const attachableMs = 6 * 60 * 60 * 1000;

/** URLs that people posted in issues, and what Apps attached to them. */
export function createContentReferences({ store, now }: Pick<Deps, "store" | "now">) {
  function post(repositoryId: number, url: string): ContentReference {
    const { contentReferences } = store.state;
    const id = 2101 + contentReferences.length;
    const reference = { id, repositoryId, url, postedAt: now() };
    contentReferences.push(reference);
    store.changed();
    return reference;
  }

  function attachable(id: number): ContentReference | undefined {
    const reference = store.state.contentReferences.find((row) => row.id === id);
    return reference && now() < reference.postedAt + attachableMs ? reference : undefined;
  }

  function attach(referenceId: number, text: { title: string; body: string }): ContentAttachment {
    const { contentAttachments } = store.state;
    const attachment = { id: 101 + contentAttachments.length, referenceId, ...text };
    contentAttachments.push(attachment);
    store.changed();
    return attachment;
  }

  return {
    post,
    attachable,
    attach,
    attachmentsOf: (referenceId: number) =>
      store.state.contentAttachments.filter((row) => row.referenceId === referenceId),
  };
}
