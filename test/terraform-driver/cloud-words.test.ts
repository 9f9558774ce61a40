import { describe, expect, it } from 'vitest';
import { cloudFailure, isUnreachable } from '../../src/terraform/cloud-words.js';

const ADDRESS = 'module.address.ionoscloud_ipblock.this';
const answer = (status: string, message: string): string => `error creating ip block: ${status} { "httpStatus": 1, "messages": [ { "errorCode": "200", "message": "${message}" } ] } Resource Name: ionos-tenants-main-acme`;

describe("the provider's errors", () => {
  it.each([
    ['422 Unprocessable Entity', 'Contract limit exceeded: cores', 'terraform-apply', 1, /raise the limits/],
    ['422 Unprocessable Entity', 'location is immutable', 'terraform-apply', 1, /Mend the cause/],
    ['423 Locked', 'busy', 'terraform-apply', 1, /wait until it has finished/],
    ['503 Service Unavailable', 'maintenance', 'terraform-apply', 1, /status\.ionos\.cloud/],
    ['401 Unauthorized', 'Unauthorized', 'credentials', 4, /IONOS_TOKEN/],
    ['403 Forbidden', 'no privilege', 'not-allowed', 4, /IONOS_TOKEN/],
  ])("%s (%s) is told in the cloud's own words, with what to do", (status, message, code, exitCode, next) => {
    const failure = cloudFailure('apply', ADDRESS, answer(status, message));
    expect(failure).toMatchObject({ code, exitCode, why: `IONOS Cloud answered ${status.slice(0, 3)}: ${message} (ionos-tenants-main-acme)` });
    expect(failure?.next.join('\n')).toMatch(next);
  });

  it.each(['EOF', 'read: connection reset by peer', 'context deadline exceeded'])('a creation that ended with %s is not known to have failed', (how) => {
    expect(cloudFailure('apply', ADDRESS, `error creating ip block: Post "https://api.ionos.com/cloudapi/v6/ipblocks": ${how}`)).toMatchObject({ code: 'answer-lost', what: expect.stringContaining(ADDRESS) as string });
    expect(cloudFailure('apply', ADDRESS, `error reading ip block: Get "https://api.ionos.com/cloudapi/v6/ipblocks/1": ${how}`)).toBeUndefined();
  });

  it('of a module of ours are not taken for those of the cloud', () => {
    expect(cloudFailure('plan', undefined, 'Invalid value for variable — location must look like de/txl')).toBeUndefined();
  });

  it.each([
    ['Failed to save state — Error saving state: Get "http://127.0.0.1:1/api/v1/secrets": dial tcp 127.0.0.1:1: connect: connection refused', true],
    ['Error acquiring the state lock — Error message: the state is already locked by another client', false],
    ['error creating ip block: Post "https://api.ionos.com/cloudapi/v6/ipblocks": EOF', false],
  ])('%s: the cluster was not reached: %s', (why, expected) => {
    expect(isUnreachable(why)).toBe(expected);
  });
});
