/** More than any answer of GitHub that we ask for, in bytes after decompression. */
const limitBytes = 10 * 1024 * 1024;

/** `fetch` that follows no redirect, which could carry a credential away, and reads no endless body. */
export async function boundedFetch(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: "error" });
  if (!response.body) return response;
  let size = 0;
  const bounded = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.byteLength;
        if (size > limitBytes) controller.error(new Error("GitHub's answer is too long."));
        else controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(bounded, { status, statusText, headers });
}
