import { CloudError } from './cloud-error.js';
import { OWNER, SANDBOX_PASSWORD, SANDBOX_TOKEN, SANDBOX_USERNAME } from './catalog.js';

const ISSUER = 'ionos-tenants-sandbox';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token in the shape of a real one (header, claims with identity, no valid signature), so that what reads tokens offline can be tried. */
export const sandboxJwt = (contractNumber: number, ttlSeconds: number, privileges: readonly string[] = []): string => {
  const issued = Math.floor(Date.now() / 1000);
  const identity = { contractNumber, role: 'owner', uuid: OWNER.id, privileges, isParent: false, regDomain: 'sandbox.example' };
  return [
    encode({ typ: 'JWT', alg: 'none', kid: 'sandbox' }),
    encode({ iss: ISSUER, iat: issued, exp: issued + ttlSeconds, identity }),
    'sandbox',
  ].join('.');
};

const isSandboxJwt = (token: string): boolean => {
  const [, claims] = token.split('.');
  if (claims === undefined) return false;
  try {
    const { iss, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { iss?: unknown; exp?: unknown };
    return iss === ISSUER && typeof exp === 'number' && exp * 1000 > Date.now();
  } catch {
    return false;
  }
};

const unauthorized = (): CloudError => new CloudError(401, '315', 'Unauthorized');

/** Lets the sandbox's own tokens pass and answers 401 to every other one, so that nobody tries a real one here. */
export const assertToken = (token: string | undefined): void => {
  if (token === undefined || (token !== SANDBOX_TOKEN && !isSandboxJwt(token))) throw unauthorized();
};

/** The same for the value of an Authorization header: the sandbox's token as Bearer, or its user and password as Basic. */
export const assertAuthorization = (header: string | undefined): void => {
  const [, scheme = '', value = ''] = /^(\w+)\s+(\S+)$/.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') assertToken(value);
  else if (scheme.toLowerCase() !== 'basic' || Buffer.from(value, 'base64').toString('utf8') !== `${SANDBOX_USERNAME}:${SANDBOX_PASSWORD}`)
    throw unauthorized();
};
