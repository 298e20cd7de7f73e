import { createNavigator, type Target } from "./navigation.ts";
import { createPage, type FieldValues, type Page } from "./page.ts";

export type { FieldValues } from "./page.ts";

export interface BrowserOptions {
  /** Stops before loading such an address, and stays there: for sites that do not exist. */
  stopAt?: (url: URL) => boolean;
}

/**
 * A person's browser without JavaScript: one cookie jar, redirects followed, links clicked, forms
 * filled in and sent. Cookies of a host are shared across its ports; `Secure`, `__Host-` and
 * `SameSite` are honoured; `Origin` and `Sec-Fetch-*` are sent as a browser sends them.
 */
export interface Browser {
  /** Where the browser is; `about:blank` before the first visit. */
  readonly url: string;
  /** Status of the page; 0 where `stopAt` stopped. */
  readonly status: number;
  /** The page as it arrived; empty where `stopAt` stopped. */
  readonly text: string;
  readonly title: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Texts of the page's links and buttons. */
  readonly links: string[];
  readonly buttons: string[];
  /** Types an address. @throws when nobody answers there. */
  visit(url: string): Promise<void>;
  /**
   * Clicks the button or the link with this text. A button sends its form.
   * @param fields Values by field name, instead of what the form has.
   * @throws when there is none, naming those that there are.
   */
  click(text: string, fields?: FieldValues): Promise<void>;
  /** Chooses the radio button, or checks the checkbox, with this label. @throws when there is none. */
  choose(label: string): void;
  /** Values of the cookies that the browser would send to an address, by name. */
  cookies(url: string): Promise<Record<string, string>>;
}

export function createBrowser({ stopAt = () => false }: BrowserOptions = {}): Browser {
  const navigator = createNavigator(stopAt);
  let location = new URL("about:blank");
  let status = 0;
  let text = "";
  let headers: Browser["headers"] = {};
  let page: Page = createPage(location, "");

  async function go(target: Target) {
    const { url, response } = await navigator.navigate(target);
    location = url;
    status = response?.status ?? 0;
    text = response?.text ?? "";
    headers = response?.headers ?? {};
    page = createPage(url, text);
  }

  return {
    get url() {
      return location.href;
    },
    get status() {
      return status;
    },
    get text() {
      return text;
    },
    get title() {
      return page.title;
    },
    get headers() {
      return headers;
    },
    get links() {
      return page.links();
    },
    get buttons() {
      return page.buttons();
    },
    visit: (url) => go({ url: new URL(url), method: "GET" }),
    click: async (label, fields = {}) => go({ ...page.click(label, fields), initiator: location }),
    choose: (label) => page.choose(label),
    async cookies(url) {
      const cookies = await navigator.cookies(url);
      return Object.fromEntries(cookies.map(({ key, value }) => [key, value]));
    },
  };
}
