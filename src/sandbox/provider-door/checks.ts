import type { Check } from './schema.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const notBlank: Check = (value) =>
  typeof value === 'string' && value.trim() === '' ? 'must not be empty or whitespace' : undefined;

export const uuid: Check = (value) => (typeof value === 'string' && !UUID.test(value) ? `must be a UUID, got ${value}` : undefined);

export const atLeast =
  (least: number): Check =>
  (value) =>
    typeof value === 'number' && value < least ? `must be at least ${least}, got ${value}` : undefined;

export const oneOf =
  (...allowed: string[]): Check =>
  (value) =>
    typeof value === 'string' && !allowed.includes(value) ? `must be one of ${allowed.join(', ')}, got ${value}` : undefined;

export const lengthBetween =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'string' && (value.length < least || value.length > most)
      ? `must have ${least} to ${most} characters, got ${value.length}`
      : undefined;
