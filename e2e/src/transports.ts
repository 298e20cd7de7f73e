import {
  AnyErrorEnvelope,
  contract,
  expandRoute,
  type Operation,
  operations,
  routeOf,
} from "@layers/contracts";
import { z } from "zod";
import type { Connector } from "./connector.ts";
import { type Answer, send } from "./http.ts";

/** The ways on which a call reaches the service. */
export const transports = ["REST", "REST behind tRPC", "tRPC"] as const;
export type Transport = (typeof transports)[number];

export interface OperationCall {
  /** The operation's name, such as `github.installUrl`. */
  readonly name: string;
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const known = new Map(operations(contract));

export function operationOf(name: string): Operation {
  const operation = known.get(name);
  if (!operation) throw new Error(`There is no operation ${name}.`);
  return operation;
}

/** Calls an operation. The answer has REST's form whichever way it came: status, and body without wrapping. */
export function callOver(
  transport: Transport,
  { url, remoteUrl }: Pick<Connector, "url" | "remoteUrl">,
  call: OperationCall,
): Promise<Answer> {
  if (transport === "tRPC") return callOverTrpc(url, call);
  return callOverRest(transport === "REST" ? url : remoteUrl, call);
}

function callOverRest(url: string, { name, input = {}, key, headers = {} }: OperationCall) {
  const { method, path, inputIn, rest } = expandRoute(operationOf(name), withPlaces(name, input));
  if (inputIn === "body") return send(`${method} ${path}`, url, { key, headers, body: rest });
  const parameters = Object.entries(rest).map(([parameter, value]) => [parameter, String(value)]);
  const query = new URLSearchParams(Object.fromEntries(parameters)).toString();
  return send(`${method} ${path}${query && `?${query}`}`, url, { key, headers });
}

/** A path needs a value in each of its places, a call that is refused before that does not. */
function withPlaces(name: string, input: Readonly<Record<string, unknown>>) {
  const { parameters } = routeOf(operationOf(name));
  return { ...Object.fromEntries(parameters.map((parameter) => [parameter, 1])), ...input };
}

/** tRPC's error, exactly: a field more, such as a stack, is a failure. */
export const TrpcRefusal = z.strictObject({
  error: z.strictObject({
    message: z.string(),
    code: z.int(),
    data: z.strictObject({
      code: z.string(),
      httpStatus: z.int(),
      envelope: AnyErrorEnvelope,
    }),
  }),
});
export const TrpcSuccess = z.strictObject({
  result: z.strictObject({ data: z.unknown().optional() }),
});

async function callOverTrpc(url: string, { name, input = {}, ...request }: OperationCall) {
  const isQuery = operationOf(name).kind === "query";
  const text = JSON.stringify(input);
  const answer = isQuery
    ? await send(`GET /trpc/${name}?input=${encodeURIComponent(text)}`, url, request)
    : await send(`POST /trpc/${name}`, url, { ...request, body: text });
  const { status, body } = unwrap(answer);
  return { ...answer, status, body, text: JSON.stringify(body) ?? "" };
}

function unwrap({ status, headers, body }: Answer): Pick<Answer, "status" | "body"> {
  if (status === 200) {
    const { data } = TrpcSuccess.parse(body).result;
    return { status: Number(headers.get("layers-status")), body: data };
  }
  const { message, data } = TrpcRefusal.parse(body).error;
  if (message !== data.envelope.error || data.httpStatus !== status)
    throw new Error("tRPC's error does not agree with its envelope.");
  return { status, body: data.envelope };
}
