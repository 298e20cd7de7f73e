/** What `run` throws, or `{ returned }`. */
export function thrownBy(run: () => unknown): unknown {
  try {
    return { returned: run() };
  } catch (error) {
    return error;
  }
}
