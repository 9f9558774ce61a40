const FACTORS: Record<string, number> = {
  '': 1, n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50,
};

/** A Kubernetes quantity in its base unit: cores, or bytes. Anything that is none counts as 0. */
export const parseQuantity = (quantity: unknown): number => {
  if (typeof quantity === 'number') return quantity;
  const parsed = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)$/.exec(String(quantity ?? ''));
  return parsed ? Number(parsed[1]) * (FACTORS[parsed[2] ?? ''] ?? 0) : 0;
};
