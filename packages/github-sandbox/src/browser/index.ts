export { type Browser, type BrowserOptions, createBrowser, type FieldValues } from "./browser.ts";
