import type { Microseconds } from "./microseconds.ts";

/** A webhook that GitHub delivered, remembered so that it is worked on once. */
export interface WebhookDeliveryRow {
  /** `X-GitHub-Delivery`; a redelivery has the same. */
  guid: string;
  /** SHA-256 of the body. */
  bodyHash: Buffer;
  event: string;
  action: string | null;
  /** The job that it led to; null when there is nothing to do for such an event. */
  jobId: string | null;
  receivedAt: Microseconds;
}

/** A delivery that GitHub could not make, by what GitHub's own log tells. */
export interface MissedDeliveryRow {
  guid: string;
  /** GitHub's number of the last attempt that was looked at. */
  deliveryId: string;
  /** When GitHub first tried. */
  deliveredAt: Microseconds;
  /** How often we asked for it again. */
  timesAsked: number;
}

/** Up to which moment something has been dealt with. */
export interface MarkRow {
  name: string;
  at: Microseconds;
}
