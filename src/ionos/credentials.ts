export type { Credentials } from '../engine/credentials.js';

export interface TokenFacts {
  /** ISO time; absent when the token does not say. */
  expiresAt?: string;
  contractNumber?: number;
  userId?: string;
  privileges: string[];
}

/** Reads what an IONOS token says about itself, without asking anybody. Undefined when it is not a JSON web token. */
export const readToken = (token: string): TokenFacts | undefined => {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      exp?: number;
      identity?: { contractNumber?: number; uuid?: string; privileges?: string[] };
    };
    return {
      ...(claims.exp === undefined ? {} : { expiresAt: new Date(claims.exp * 1000).toISOString() }),
      ...(claims.identity?.contractNumber === undefined ? {} : { contractNumber: claims.identity.contractNumber }),
      ...(claims.identity?.uuid === undefined ? {} : { userId: claims.identity.uuid }),
      privileges: claims.identity?.privileges ?? [],
    };
  } catch {
    return undefined;
  }
};
