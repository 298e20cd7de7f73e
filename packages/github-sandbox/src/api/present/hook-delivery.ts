import type { HookDelivery } from "../../world/model.ts";
import { rawInteger } from "../raw-integer.ts";

/** `hook-delivery-item`. The id is an int64, beyond what a JavaScript number holds. */
export const presentDeliveryItem = (delivery: HookDelivery) => ({
  id: rawInteger(delivery.id),
  guid: delivery.guid,
  delivered_at: new Date(delivery.deliveredAt).toISOString(),
  redelivery: delivery.redelivery,
  duration: Math.round(delivery.durationMs) / 1000,
  status: delivery.status,
  status_code: delivery.statusCode,
  event: delivery.event,
  action: delivery.action,
  installation_id: delivery.installationId,
  repository_id: delivery.repositoryId,
  throttled_at: null,
});

/** `hook-delivery` */
export const presentDelivery = (delivery: HookDelivery) => ({
  ...presentDeliveryItem(delivery),
  url: delivery.url,
  request: { headers: delivery.requestHeaders, payload: delivery.payload },
  response: { headers: delivery.responseHeaders, payload: delivery.responsePayload },
});
