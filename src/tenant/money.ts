/** An amount of EUR between two sources; `low` equals `high` where they agree. */
export interface EurRange {
  low: number;
  high: number;
}

export const toCents = (amount: number): number => Math.round((amount + Number.EPSILON) * 100) / 100;

/** Sum of ranges, in whole cents. */
export const addRanges = (ranges: readonly EurRange[]): EurRange => ({
  low: toCents(ranges.reduce((sum, range) => sum + range.low, 0)),
  high: toCents(ranges.reduce((sum, range) => sum + range.high, 0)),
});

export interface FormatEurOptions {
  /** Whole EUR instead of cents. */
  rounded?: boolean;
}

/** `9.88–19.10 EUR`, or `7.00 EUR` where low and high are the same. */
export const formatEur = (range: EurRange | number, options: FormatEurOptions = {}): string => {
  const { low, high } = typeof range === 'number' ? { low: range, high: range } : range;
  const digits = options.rounded ? 0 : 2;
  const [from, to] = [low.toFixed(digits), high.toFixed(digits)];
  return from === to ? `${from} EUR` : `${from}–${to} EUR`;
};
