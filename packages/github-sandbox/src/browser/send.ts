import { type IncomingHttpHeaders, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";

export interface HttpRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: string;
}

export interface HttpResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/**
 * One request, no redirects. Node's own `fetch` would overwrite `Sec-Fetch-Mode`.
 * @throws the socket's error when nobody answers.
 */
export function send({ url, method, headers, body }: HttpRequest): Promise<HttpResponse> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
      text(incoming).then(
        (content) =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: content,
          }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
