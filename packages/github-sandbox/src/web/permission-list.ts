import type { Access, Permissions } from "../world/model.ts";
import { type Html, html } from "./html.ts";

const access: Record<Access, string> = {
  read: "Read",
  write: "Read and write",
  admin: "Read, write and admin",
};

export const permissionList = (permissions: Permissions): Html => html`
  <h2>Permissions</h2>
  <ul>
    ${Object.entries(permissions).map(
      ([name, level]) => html`<li>${access[level]} access to ${name.replaceAll("_", " ")}</li>`,
    )}
  </ul>`;
