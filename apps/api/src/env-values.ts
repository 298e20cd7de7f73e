import { z } from "zod";

/** Entries separated by commas. */
export const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim())
      .filter(Boolean),
  );

/** HTTPS, or plain HTTP on this machine. Without a slash at the end. */
export const baseUrl = z
  .string()
  .refine(isReachable, {
    error: "expected an https:// URL with a host name (http:// only for 127.0.0.1 and localhost)",
  })
  .transform((text) => text.replace(/\/$/, ""));

function isReachable(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.search || url.hash) return false;
  const isLoopback = ["127.0.0.1", "localhost"].includes(url.hostname);
  const isAddress = /^[\d.]+$|^\[/.test(url.hostname);
  return isLoopback ? /^https?:$/.test(url.protocol) : url.protocol === "https:" && !isAddress;
}
