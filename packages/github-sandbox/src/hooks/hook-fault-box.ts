import type { Parcel } from "./delivering.ts";
import type { HookFault } from "./hook-fault.ts";
import { createSeededRandom, shuffle } from "./seeded-random.ts";

interface Entry {
  fault: HookFault;
  left: number;
  random: () => number;
  /** What a `reorder` holds back. */
  held: Parcel[];
}

/** What the faults in force do to a delivery. */
interface Treatment {
  copies: number;
  delayMs: number;
  fails: boolean;
  corrupt: boolean;
  holder: Entry | undefined;
}

/** Parcels to send one after another. */
export interface Batch {
  parcels: Parcel[];
  delayMs: number;
}

const untouched: Treatment = {
  copies: 1,
  delayMs: 0,
  fails: false,
  corrupt: false,
  holder: undefined,
};

const matches = ({ match }: HookFault, { event, action }: Parcel["message"]) =>
  (match.event === undefined || match.event === event) &&
  (match.action === undefined || match.action === action);

function hit(treatment: Treatment, entry: Entry): Treatment {
  const { fault } = entry;
  switch (fault.kind) {
    case "drop":
      return { ...treatment, copies: 0 };
    case "fail":
      return { ...treatment, fails: true };
    case "delay":
      return { ...treatment, delayMs: treatment.delayMs + fault.ms };
    case "double":
      return { ...treatment, copies: treatment.copies * 2 };
    case "reorder":
      return { ...treatment, holder: entry };
    case "corrupt":
      return { ...treatment, corrupt: true };
  }
}

const isFull = ({ fault, held }: Entry) => fault.kind === "reorder" && held.length >= fault.count;

const emptyOut = (entry: Entry): Batch => ({
  parcels: shuffle(entry.held.splice(0), entry.random),
  delayMs: 0,
});

/** The faults in force: every one that matches a delivery hits it, in the order of their adding. */
export function createHookFaultBox() {
  let entries: Entry[] = [];

  function take(message: Parcel["message"]): Entry[] {
    const taken = entries.filter(
      ({ fault, left, random }) =>
        left > 0 && matches(fault, message) && random() * 100 < fault.percent,
    );
    for (const entry of taken) entry.left -= 1;
    return taken;
  }

  return {
    /** What goes out now in place of a parcel. */
    treat(parcel: Parcel): Batch[] {
      const treatment = take(parcel.message).reduce(hit, untouched);
      const { copies, holder, delayMs, fails, corrupt } = treatment;
      const parcels = Array.from({ length: copies }, () => ({ ...parcel, fails, corrupt }));
      if (!holder) return parcels.map((copy) => ({ parcels: [copy], delayMs }));
      holder.held.push(...parcels);
      return isFull(holder) ? [{ ...emptyOut(holder), delayMs }] : [];
    },

    /** What is held back, which then is not any more. */
    release: (): Batch[] => entries.filter(({ held }) => held.length > 0).map(emptyOut),

    add(faults: readonly HookFault[]) {
      entries.push(
        ...faults.map((fault) => ({
          fault,
          left: fault.times ?? Number.POSITIVE_INFINITY,
          random: createSeededRandom(fault.seed),
          held: [],
        })),
      );
    },

    list: () => entries.filter(({ left }) => left > 0).map(({ fault }) => fault),
    clear: () => {
      entries = [];
    },
  };
}
