import { requestIdOf } from "@layers/http-edge";
import type { Response } from "express";
import { toAnswer } from "../errors.ts";
import type { InstallFlowDeps } from "../install-flow/deps.ts";
import type { Step } from "../install-flow/step.ts";
import type { Log } from "../log.ts";
import type { FlowCookies } from "./cookies.ts";
import { pageHeaders } from "./html.ts";
import { consentPage, failurePage, noticePage } from "./install-pages.ts";

export interface InstallRoutesDeps extends InstallFlowDeps {
  readonly log: Log;
}

interface Cookies {
  readonly trips: FlowCookies;
  readonly consents: FlowCookies;
}

/** Tells the browser what to do next. */
export function sendStep(res: Response, step: Step, { trips, consents }: Cookies): void {
  if (step.kind === "authorize") trips.set(res, step.flowId, step.cookie);
  if (step.kind === "consent") consents.set(res, step.flowId, step.cookie);
  if (step.kind === "authorize" || step.kind === "leave") redirect(res, step.url);
  else sendPage(res, step);
}

/** 303: the browser goes on with a GET, whatever it came with. */
export function redirect(res: Response, url: string, status: 302 | 303 = 303): void {
  res.statusCode = status;
  res.setHeader("Location", url);
  res.setHeader("Content-Length", 0);
  res.end();
}

export function sendPage(res: Response, step: Extract<Step, { kind: "consent" | "notice" }>): void {
  if (step.kind === "notice") {
    const { status, body } = noticePage(step);
    sendHtml(res, { status, body, formTargets: [] });
  } else {
    sendHtml(res, { status: 200, body: consentPage(step), formTargets: [step.returnOrigin] });
  }
}

/** Answers a failure with a page; what it was goes to the log. */
export function sendFailure(
  { log }: Pick<InstallRoutesDeps, "log">,
  res: Response,
  thrown: unknown,
): void {
  const error = toAnswer(thrown);
  const { status } = error;
  const requestId = requestIdOf(res);
  if (status >= 500) log.error({ requestId, code: error.code, err: error.cause }, "page failed");
  for (const [name, value] of Object.entries(error.headers)) res.setHeader(name, value);
  const retryUrl: unknown = res.locals["retryUrl"];
  const body = failurePage(
    error.envelope.error,
    typeof retryUrl === "string" ? retryUrl : undefined,
  );
  sendHtml(res, { status, body, formTargets: [] });
}

interface Page {
  readonly status: number;
  readonly body: string;
  readonly formTargets: readonly string[];
}

function sendHtml(res: Response, { status, body, formTargets }: Page): void {
  res.statusCode = status;
  for (const [name, value] of Object.entries(pageHeaders(formTargets))) res.setHeader(name, value);
  res.setHeader("Content-Length", Buffer.byteLength(body));
  res.end(body);
}
