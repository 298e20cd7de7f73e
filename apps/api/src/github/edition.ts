/** Which GitHub: github.com, the same with Enterprise Cloud, or an Enterprise Server by its version. */
export type Edition = "dotcom" | "ghec" | `ghes-${number}.${number}`;

const server = /^ghes-(\d{1,3})\.(\d{1,3})$/;

export const isEdition = (name: unknown): name is Edition =>
  name === "dotcom" || name === "ghec" || (typeof name === "string" && server.test(name));

/** GitHub removed content attachments at the end of 2021; 3.3 is the last server that has them. */
export function hasContentAttachments(edition: Edition): boolean {
  const [, major, minor] = server.exec(edition) ?? [];
  if (major === undefined) return false;
  return Number(major) < 3 || (Number(major) === 3 && Number(minor) <= 3);
}
