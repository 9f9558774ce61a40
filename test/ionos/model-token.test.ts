import { describe, expect, it } from 'vitest';
import { refuseWideModelToken } from '../../src/ionos/models.js';

const tokenWith = (privileges: string[]): string =>
  ['{}', JSON.stringify({ exp: 2_000_000_000, identity: { contractNumber: 1, privileges } }), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('the model token', () => {
  it('passes when it may only use models', () => {
    expect(() => refuseWideModelToken(tokenWith(['ACCESS_AND_MANAGE_AI_MODEL_HUB']), 'another')).not.toThrow();
  });

  it('passes when it is not a token of IONOS', () => {
    expect(() => refuseWideModelToken('sk-something-else', 'another')).not.toThrow();
  });

  it.each([
    ['it may manage clusters', tokenWith(['ACCESS_AND_MANAGE_AI_MODEL_HUB', 'CREATE_K8S_CLUSTER']), 'another', /CREATE_K8S_CLUSTER/],
    ['it is the operator’s own', 'the-same-token', 'the-same-token', /same as the credentials/],
  ])('is refused with exit code 4 when %s', (_why, token, operator, reason) => {
    expect(() => refuseWideModelToken(token, operator)).toThrow(expect.objectContaining({ code: 'model-token-too-wide', exitCode: 4, why: expect.stringMatching(reason) as string }));
  });
});
