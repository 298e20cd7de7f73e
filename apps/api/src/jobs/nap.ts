/** A wait that can be cut short, also before it has begun. */
export interface Nap {
  sleep(milliseconds: number): Promise<void>;
  readonly wake: () => void;
}

export function createNap(): Nap {
  let isCalled = false;
  let cutShort: (() => void) | undefined;
  return {
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          cutShort = undefined;
          isCalled = false;
          resolve();
        };
        const timer = setTimeout(end, isCalled ? 0 : milliseconds);
        cutShort = end;
      }),
    wake() {
      isCalled = true;
      cutShort?.();
    },
  };
}
