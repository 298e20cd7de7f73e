import { createHash } from "node:crypto";

/** Markup that is safe to send. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | readonly Html[];

/** Writes markup; every value that is not markup itself is escaped. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  const markup = parts.reduce((text, part, index) => text + toMarkup(values[index - 1]) + part);
  return { markup };
}

function toMarkup(value: Value | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "object")
    return Array.isArray(value) ? value.map(toMarkup).join("") : (value as Html).markup;
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas }
main { box-sizing: border-box; width: min(30rem, 100vw); padding: 2rem }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 1rem }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 1rem 0 }
dt { opacity: .7 } dd { margin: 0; overflow-wrap: anywhere; font-weight: 600 }
form { display: grid; gap: .5rem; margin-top: 1.5rem }
button, .button { font: inherit; padding: .6rem 1rem; border-radius: .5rem; border: 1px solid GrayText;
  background: ButtonFace; color: ButtonText; cursor: pointer; text-align: center; text-decoration: none }
button.primary { background: #1a7f37; border-color: #1a7f37; color: #fff; font-weight: 600 }
`;
const styleHash = createHash("sha256").update(style).digest("base64");

/** A page's headers: no script, no frame, forms to us and on to `formTargets`. */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  const forms = ["'self'", ...formTargets].join(" ");
  return {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${styleHash}'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
    "X-Frame-Options": "DENY",
  };
}

/** A whole page around its content. */
export function page(title: string, content: Html): string {
  const { markup } = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Layers Connector</title><style>${{ markup: style }}</style></head>
<body><main><h1>${title}</h1>${content}</main></body>
</html>`;
  return markup;
}
