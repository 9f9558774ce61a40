import { describe, expect, it } from 'vitest';
import { mayReplace } from '../../src/terraform/left-state.js';

const block = (id: string, index?: number) => ({ mode: 'managed', module: 'module.address', type: 'ionoscloud_ipblock', name: 'this', instances: [{ ...(index === undefined ? {} : { index_key: index }), attributes: { id } }] });
const state = (serial: number, resources: object[] = [], lineage = 'one'): string => JSON.stringify({ version: 4, serial, lineage, resources });

describe('a state that could not be saved', () => {
  it.each([
    ['is the next one of what is stored', state(2, [block('a')]), state(1)],
    ['is some attempts to save further', state(5, [block('a'), block('b', 1)]), state(1, [block('a')])],
    ['is all that there is', state(1, [block('a')]), undefined],
    ['differs in what is only read', state(2, [block('a')]), state(1, [block('a'), { ...block('x'), mode: 'data' }])],
  ])('may replace what is stored where it %s', (_what, left, stored) => {
    expect(mayReplace(left, stored)).toBe(true);
  });

  it.each([
    ['somebody else has stored as many since', state(2, [block('a')]), state(2, [block('a')])],
    ['somebody else has stored more since', state(2, [block('a')]), state(4, [block('a')])],
    ['the stored one knows an object that it does not, though its serial is higher', state(9, [block('a')]), state(2, [block('a'), block('b', 1)])],
    ['the stored one has another object at an address', state(9, [block('a')]), state(2, [block('b')])],
    ['the tenant was removed and made anew', state(9, [block('a')]), state(1, [], 'two')],
    ['it was cut off', state(9, [block('a')]).slice(0, -5), state(1)],
    ['it was cut off and nothing is stored', '{"ver', undefined],
  ])('may not where %s', (_what, left, stored) => {
    expect(mayReplace(left, stored)).toBe(false);
  });
});
