import { expect, test } from "vitest";
import { html } from "./html.ts";

test("values are escaped, markup and lists of it are not", () => {
  const items = ["<b>", "&\"'"].map((text) => html`<li title="${text}">${text}</li>`);
  expect(html`<ul>${items}</ul>${1}`.markup).toBe(
    `<ul><li title="&#60;b&#62;">&#60;b&#62;</li><li title="&#38;&#34;&#39;">&#38;&#34;&#39;</li></ul>1`,
  );
});
