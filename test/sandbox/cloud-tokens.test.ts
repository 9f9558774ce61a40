import { describe, expect, it } from 'vitest';
import { SANDBOX_MODEL_TOKEN, SANDBOX_TOKEN, sandboxJwt } from '../../src/sandbox/cloud/index.js';
import { assertToken } from '../../src/sandbox/cloud/tokens.js';
import { refusalOf } from '../support/cloud.js';

describe('tokens of the sandbox', () => {
  it("pass when they are the sandbox's own", () => {
    expect(() => assertToken(SANDBOX_TOKEN)).not.toThrow();
    expect(() => assertToken(sandboxJwt(31_000_001, 60))).not.toThrow();
  });

  it.each([
    ['nothing', undefined],
    ['an empty one', ''],
    ["the model hub's", SANDBOX_MODEL_TOKEN],
    ['a real one', `${'e30'}.${Buffer.from('{"iss":"ionoscloud","exp":99999999999}').toString('base64url')}.signature`],
    ['one that is over', sandboxJwt(31_000_001, -1)],
    ['one that is broken', 'a.b.c'],
  ])('are refused when they are %s', (_what, token) => {
    expect(refusalOf(() => assertToken(token))).toMatchObject({ httpStatus: 401, errorCode: '315' });
  });

  it('carry what a real one says about its owner', () => {
    const [, claims = ''] = sandboxJwt(7, 60, ['ACCESS_AND_MANAGE_AI_MODEL_HUB']).split('.');
    const { identity } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { identity: object };
    expect(identity).toMatchObject({ contractNumber: 7, role: 'owner', privileges: ['ACCESS_AND_MANAGE_AI_MODEL_HUB'] });
  });
});
