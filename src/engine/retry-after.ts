/** Milliseconds that a Retry-After header asks to wait: seconds, or an HTTP date. Undefined when there is none, or none that can be read. */
export const retryAfterMs = (header: unknown, now: number = Date.now()): number | undefined => {
  if (typeof header !== 'string' && typeof header !== 'number') return undefined;
  const text = String(header).trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
};
