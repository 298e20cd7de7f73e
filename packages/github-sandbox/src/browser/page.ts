import { type HTMLElement, parse } from "node-html-parser";

/** Values for form fields, by the field's name; several for several checkboxes. */
export type FieldValues = Record<string, string | readonly string[]>;

/** What a click asks for. */
export interface Submission {
  url: URL;
  method: "GET" | "POST";
  body?: string;
}

export type Page = ReturnType<typeof createPage>;

const tidy = (text: string) => text.replace(/\s+/g, " ").trim();
const nameOf = (element: HTMLElement) =>
  tidy(element.text) || element.getAttribute("aria-label") || element.getAttribute("value") || "";

const isSubmit = (element: HTMLElement) =>
  element.tagName === "BUTTON"
    ? (element.getAttribute("type") ?? "submit") === "submit"
    : element.getAttribute("type") === "submit";

const quoted = (elements: readonly HTMLElement[]) =>
  elements.map((element) => JSON.stringify(nameOf(element))).join(", ") || "none";

function isSuccessful(control: HTMLElement): boolean {
  if (control.hasAttribute("disabled") || !control.getAttribute("name")) return false;
  const type = control.getAttribute("type")?.toLowerCase();
  if (type === "submit" || type === "button" || type === "image" || type === "reset") return false;
  return (type !== "radio" && type !== "checkbox") || control.hasAttribute("checked");
}

function fieldValue(control: HTMLElement): string {
  if (control.tagName === "TEXTAREA") return control.textContent;
  if (control.tagName !== "SELECT")
    return control.getAttribute("value") ?? (isToggle(control) ? "on" : "");
  const option = control.querySelector("option[selected]") ?? control.querySelector("option");
  return option?.getAttribute("value") ?? option?.text ?? "";
}

function isToggle(control: HTMLElement): boolean {
  const type = control.getAttribute("type");
  return type === "radio" || type === "checkbox";
}

function fieldsOf(form: HTMLElement): [string, string][] {
  return form
    .querySelectorAll("input, textarea, select")
    .filter(isSuccessful)
    .map((control) => [control.getAttribute("name") ?? "", fieldValue(control)]);
}

/** A loaded page: its links, its buttons, and what is filled in. */
export function createPage(url: URL, text: string) {
  const root = parse(text);
  const links = () => root.querySelectorAll("a[href]");
  const buttons = () => root.querySelectorAll("button, input[type=submit]").filter(isSubmit);

  function labelled(label: string): HTMLElement | null | undefined {
    const found = root.querySelectorAll("label").find((element) => nameOf(element) === label);
    if (!found) return undefined;
    const id = found.getAttribute("for");
    return id ? root.getElementById(id) : found.querySelector("input, textarea, select");
  }

  function choose(label: string) {
    const control = labelled(label);
    if (!control) {
      const labels = quoted(root.querySelectorAll("label"));
      throw new Error(
        `No field labelled ${JSON.stringify(label)} on ${url.href}. Labels: ${labels}`,
      );
    }
    const name = control.getAttribute("name");
    if (control.getAttribute("type") === "radio")
      for (const other of root.querySelectorAll("input[type=radio]"))
        if (other.getAttribute("name") === name) other.removeAttribute("checked");
    control.setAttribute("checked", "");
  }

  function submit(button: HTMLElement, values: FieldValues): Submission {
    const form = button.closest("form");
    if (!form) throw new Error(`The button ${JSON.stringify(nameOf(button))} is in no form`);
    const fields = new URLSearchParams(fieldsOf(form).filter(([name]) => !(name in values)));
    for (const [name, value] of Object.entries(values))
      for (const one of typeof value === "string" ? [value] : value) fields.append(name, one);
    const name = button.getAttribute("name");
    if (name) fields.append(name, button.getAttribute("value") ?? "");
    const action = new URL(
      button.getAttribute("formaction") ?? form.getAttribute("action") ?? "",
      url,
    );
    if (form.getAttribute("method")?.toLowerCase() === "post")
      return { url: action, method: "POST", body: fields.toString() };
    action.search = fields.toString();
    return { url: action, method: "GET" };
  }

  /** @throws when there is no such link or button, naming those that there are. */
  function click(label: string, values: FieldValues): Submission {
    const button = buttons().find((element) => nameOf(element) === label);
    if (button) return submit(button, values);
    const link = links().find((element) => nameOf(element) === label);
    if (link) return { url: new URL(link.getAttribute("href") ?? "", url), method: "GET" };
    throw new Error(
      `No link or button ${JSON.stringify(label)} on ${url.href}. Links: ${quoted(links())}. Buttons: ${quoted(buttons())}`,
    );
  }

  return {
    click,
    choose,
    title: tidy(root.querySelector("title")?.text ?? ""),
    links: () => links().map(nameOf),
    buttons: () => buttons().map(nameOf),
  };
}
