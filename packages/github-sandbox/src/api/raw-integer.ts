declare global {
  interface JSON {
    /** Node.js 22 has it; TypeScript's library does not know it yet. */
    rawJSON(text: string): object;
  }
}

/** An integer of any size that `JSON.stringify` writes as it stands. */
export const rawInteger = (digits: string) => JSON.rawJSON(digits);
