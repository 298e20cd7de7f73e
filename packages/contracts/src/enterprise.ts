import { z } from "zod";

/** The client id of a GitHub App, such as `Iv23abc123aabbcc`. */
export const ClientId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);

/** An enterprise at GitHub: its slug, or its numeric id. */
export const EnterpriseName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);

/** An organization at GitHub, in a part of a path; the case does not matter. */
export const OrganizationLogin = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);
