import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createBrowser } from "../src/browser/index.ts";

interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A site that remembers what it was asked, and answers each path with a page or headers. */
async function startSite(
  answers: Record<string, string | [number, Record<string, string | string[]>]>,
) {
  const seen: Seen[] = [];
  const server: Server = createServer((req, res) => {
    void text(req).then((body) => {
      const { method = "", url = "", headers } = req;
      seen.push({ method, url, headers, body });
      const answer = answers[url.split("?")[0] ?? ""] ?? "";
      const [status, extra] = typeof answer === "string" ? [200, {}] : answer;
      res.writeHead(status, { "content-type": "text/html", ...extra });
      res.end(typeof answer === "string" ? answer : "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const last = () => seen[seen.length - 1] ?? { method: "", url: "", headers: {}, body: "" };
  return { server, seen, last, url: `http://127.0.0.1:${port}`, local: `http://localhost:${port}` };
}

const form = `
  <a href="/next?a=1">Go <b>on</b></a>
  <form method="post" action="/submit">
    <input type="hidden" name="token" value="t&amp;1">
    <input type="radio" name="size" id="s" value="small" checked><label for="s">Small</label>
    <label><input type="radio" name="size" value="large"> Large </label>
    <input type="checkbox" id="m" name="milk[]" value="oat"><label for="m">Oat milk</label>
    <input type="checkbox" name="milk[]" value="cow" checked>
    <input name="off" value="1" disabled>
    <select name="cup"><option value="a">A</option><option value="b" selected>B</option></select>
    <textarea name="note">as is</textarea>
    <button name="do" value="buy">Buy</button>
    <button name="do" value="keep">Keep</button>
    <button type="button">Nothing</button>
  </form>
  <form action="/search"><input name="q" value="x"><input type="submit" value="Find"></form>`;

const site = await startSite({
  "/form": form,
  "/cookies": [
    200,
    {
      "set-cookie": [
        "plain=1; Path=/",
        "strict=1; Path=/; SameSite=Strict",
        "lax=1; Path=/; SameSite=Lax",
        "secure=1; Path=/; Secure",
        "__Host-good=1; Path=/; Secure",
        "__Host-bad=1; Path=/form; Secure",
      ],
    },
  ],
  "/see-other": [303, { location: "/next" }],
  "/found": [302, { location: "/next" }],
  "/temporary": [307, { location: "/submit" }],
  "/away": [302, { location: "https://app.example/callback?code=1" }],
  "/loop": [302, { location: "/loop" }],
});
const other = await startSite({
  "/links": `<a href="${site.url}/next">Port</a> <a href="${site.local}/next">Site</a>
    <form method="post" action="${site.local}/submit"><button>Send</button></form>`,
});
beforeEach(() => {
  site.seen.length = 0;
});
afterAll(() => {
  site.server.close();
  other.server.close();
});

const fieldsOf = ({ body }: Seen) => [...new URLSearchParams(body)].map((field) => field.join("="));

describe("A browser", () => {
  test("follows a link by its text", async () => {
    const browser = createBrowser();
    await browser.visit(`${site.url}/form`);
    await browser.click("Go on");
    expect(browser.url).toBe(`${site.url}/next?a=1`);
    expect(site.last().headers).toMatchObject({
      "sec-fetch-site": "same-origin",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    });
    expect(site.last().headers).not.toHaveProperty("origin");
  });

  test("sends a form with what is chosen and the clicked button, telling its origin", async () => {
    const browser = createBrowser();
    await browser.visit(`${site.url}/form`);
    browser.choose("Large");
    browser.choose("Oat milk");
    await browser.click("Keep");
    expect(fieldsOf(site.last())).toEqual([
      "token=t&1",
      "size=large",
      "milk[]=oat",
      "milk[]=cow",
      "cup=b",
      "note=as is",
      "do=keep",
    ]);
    expect(site.last()).toMatchObject({ method: "POST", headers: { origin: site.url } });
  });

  test("sends given values instead of the form's", async () => {
    const browser = createBrowser();
    await browser.visit(`${site.url}/form`);
    await browser.click("Buy", { "milk[]": ["soy", "rice"], token: "" });
    expect(fieldsOf(site.last())).toEqual(
      expect.arrayContaining(["milk[]=soy", "milk[]=rice", "token="]),
    );
    expect(fieldsOf(site.last())).not.toContain("milk[]=cow");
  });

  test("sends a form by GET when it says no method", async () => {
    const browser = createBrowser();
    await browser.visit(`${site.url}/form`);
    await browser.click("Find");
    expect(browser.url).toBe(`${site.url}/search?q=x`);
  });

  test("names what there is when something is missing", async () => {
    const browser = createBrowser();
    await browser.visit(`${site.url}/form`);
    await expect(browser.click("Sell")).rejects.toThrow(
      `No link or button "Sell" on ${site.url}/form. Links: "Go on". Buttons: "Buy", "Keep", "Find"`,
    );
    expect(() => browser.choose("Huge")).toThrow(`Labels: "Small", "Large", "Oat milk"`);
  });

  test("turns a POST into a GET after 302 and 303, and keeps it after 307", async () => {
    const browser = createBrowser();
    const page = await startSite({
      "/": ["see-other", "found", "temporary"]
        .map(
          (path) =>
            `<form method="post" action="${site.url}/${path}"><input name="a" value="1"><button>${path}</button></form>`,
        )
        .join(""),
    });
    const methods: string[] = [];
    for (const label of ["see-other", "found", "temporary"]) {
      await browser.visit(page.url);
      await browser.click(label);
      methods.push(`${site.last().method} ${site.last().url} ${site.last().body}`);
    }
    page.server.close();
    expect(methods).toEqual(["GET /next ", "GET /next ", "POST /submit a=1"]);
  });

  test("stops where it is told to", async () => {
    const browser = createBrowser({ stopAt: ({ hostname }) => hostname === "app.example" });
    await browser.visit(`${site.url}/away`);
    expect(browser).toMatchObject({
      url: "https://app.example/callback?code=1",
      status: 0,
      text: "",
    });
  });

  test("gives up a circle, and a site that is not there", async () => {
    const browser = createBrowser();
    await expect(browser.visit(`${site.url}/loop`)).rejects.toThrow("More than 20 redirects");
    await expect(browser.visit("http://127.0.0.1:1/")).rejects.toThrow("ECONNREFUSED");
  });

  test("shares a host's cookies across its ports, Secure and __Host- ones too on loopback", async () => {
    const browser = createBrowser();
    await browser.visit(`${site.url}/cookies`);
    await browser.visit(`${other.url}/links`);
    const names = (other.last().headers.cookie ?? "").split("; ").toSorted();
    expect(names).toEqual(["__Host-good=1", "lax=1", "plain=1", "secure=1", "strict=1"]);
    expect(await browser.cookies(site.url)).toMatchObject({ lax: "1" });
  });

  test("keeps SameSite cookies from other sites' requests, but not across ports", async () => {
    const browser = createBrowser();
    await browser.visit(`${site.local}/cookies`);
    const cookiesAfter = async (label: string) => {
      await browser.visit(`${other.url}/links`);
      await browser.click(label);
      return site.last().headers;
    };
    const link = await cookiesAfter("Site");
    expect(link["sec-fetch-site"]).toBe("cross-site");
    expect(link.cookie).toContain("lax=1");
    expect(link.cookie).not.toContain("strict=1");
    const post = await cookiesAfter("Send");
    expect(post.origin).toBe(other.url);
    expect(post.cookie ?? "").not.toContain("lax=1");
    const port = await cookiesAfter("Port");
    expect(port["sec-fetch-site"]).toBe("same-site");
  });

  test("tells that an address was typed", async () => {
    const browser = createBrowser();
    await browser.visit(`${site.url}/form`);
    expect(site.last().headers["sec-fetch-site"]).toBe("none");
  });
});
