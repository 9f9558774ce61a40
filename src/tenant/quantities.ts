import { SpecProblem } from './problem.js';
import { quoted } from './text.js';

/** Bytes in one MiB and one GiB. */
export const MIB = 2 ** 20;
export const GIB = 2 ** 30;

/** A Kubernetes quantity without sign: plain, decimal (k M G T P E), binary (Ki … Ei), milli, or with an exponent. */
export const QUANTITY_PATTERN = /^(?:\d+(?:\.\d+)?|\.\d+)(?:m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][-+]?\d{1,2})?$/;

const FACTORS: Record<string, number> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: MIB,
  Gi: GIB,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const malformed = (text: string, example: string): SpecProblem =>
  new SpecProblem({
    code: 'quantity-malformed',
    what: `${quoted(text)} is not a quantity`,
    why: `Kubernetes writes it like ${example}`,
    next: [`Write it like ${example}.`],
  });

/** Scaled by `scale` before the only rounding, upwards, as Kubernetes does. */
const parse = (value: string | number, scale: number, example: string): number => {
  const text = String(value).trim();
  if (!QUANTITY_PATTERN.test(text)) throw malformed(text, example);
  const exponent = /^(.*\d)[eE]([-+]?\d+)$/.exec(text);
  const [, number = '', suffix = ''] = exponent ? [] : (/^([\d.]+)([A-Za-z]*)$/.exec(text) ?? []);
  const exact = exponent ? Number(text) * scale : Number(number) * (FACTORS[suffix] ?? Number.NaN) * scale;
  // Decimal fractions have no exact binary form (0.1 * 3); six decimals are finer than any quantity that matters.
  const result = Math.ceil(Number(exact.toFixed(6)));
  if (!Number.isSafeInteger(result)) throw malformed(text, example);
  return result;
};

/** CPU in millicores: `250m` and `0.25` are 250, `2` is 2000. Throws SpecProblem `quantity-malformed`. */
export const parseMillicores = (value: string | number): number => parse(value, 1000, '250m or 2');

/** Memory or storage in bytes: `512Mi` is 536870912, `1G` is 1000000000. Throws SpecProblem `quantity-malformed`. */
export const parseBytes = (value: string | number): number => parse(value, 1, '512Mi or 10Gi');

/** Millicores as Kubernetes writes them: 250 is `250m`, 2000 is `2`. */
export const formatMillicores = (millicores: number): string =>
  millicores % 1000 === 0 ? String(millicores / 1000) : `${Math.ceil(millicores)}m`;

/** Bytes as Kubernetes writes them, with the largest binary unit that divides them. */
export const formatBytes = (bytes: number): string => {
  const whole = Math.ceil(bytes);
  const unit = ['Ti', 'Gi', 'Mi', 'Ki'].find((candidate) => whole > 0 && whole % (FACTORS[candidate] ?? 1) === 0);
  return unit === undefined ? String(whole) : `${whole / (FACTORS[unit] ?? 1)}${unit}`;
};

const shortNumber = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** For people: `0.25 cores`, `1 core`. */
export const describeCores = (millicores: number): string => {
  const cores = shortNumber(millicores / 1000, 2);
  return `${cores} ${cores === '1' ? 'core' : 'cores'}`;
};

/** For people: `960 MiB`, `1.9 GiB`, `28 GiB`. */
export const describeBytes = (bytes: number): string =>
  Math.abs(bytes) < GIB ? `${shortNumber(bytes / MIB, 0)} MiB` : `${shortNumber(bytes / GIB, 1)} GiB`;
