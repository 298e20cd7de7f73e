/** The headers of every answer. A route that sends a page sets its own `Content-Security-Policy`. */
export const securityHeaders: readonly (readonly [name: string, value: string])[] = [
  ["Cache-Control", "no-store"],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["Strict-Transport-Security", "max-age=63072000; includeSubDomains"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
];

/** The media type of every JSON answer. */
export const jsonType = "application/json; charset=utf-8";
