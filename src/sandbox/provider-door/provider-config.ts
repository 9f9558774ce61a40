import { assertToken } from '../cloud/tokens.js';
import type { Problem } from './diagnostics.js';
import { block, optional } from './schema.js';
import type { Block } from './schema.js';
import { problemOf } from './diagnostics.js';
import type { Values } from './values.js';

/** The provider block. */
export const PROVIDER: Block = block({
  contract_number: optional('string'),
  endpoint: optional('string'),
  insecure: optional('bool'),
  password: optional('string'),
  retries: optional('number', { deprecated: true }),
  s3_access_key: optional('string'),
  s3_region: optional('string'),
  s3_secret_key: optional('string'),
  token: optional('string'),
  username: optional('string'),
});

/**
 * Credentials that stand in the configuration must be the sandbox's. Credentials in the environment of terraform cannot be seen from here
 * (the real provider is its child process, this one is not), so their absence is not an error.
 */
export const checkCredentials = (config: Values): Problem[] => {
  const token = config['token'];
  if (typeof token !== 'string') return [];
  try {
    assertToken(token);
    return [];
  } catch (error) {
    return [problemOf('error while checking the credentials', error)];
  }
};
