import { describe, expect, it } from 'vitest';
import { keysIn, searched } from '../../src/displays/ink/choice-search.js';

const choices = ['openai/gpt-oss-120b', 'meta-llama/Llama-3.3-70B-Instruct', 'meta-llama/Llama-3.1-8B', 'mistralai/Mistral-Small', 'BAAI/bge-m3', 'none'].map((label) => ({ value: label, label }));

describe('jumping by letters', () => {
  it('finds the beginning of a word, whatever its case, before anything inside of one', () => {
    expect(searched(choices, 0, '', 'b')).toEqual({ search: 'b', cursor: 4 });
    expect(searched(choices, 0, '', 'gpt')).toEqual({ search: 'gpt', cursor: 0 });
    expect(searched(choices, 0, 'm', 'i')).toEqual({ search: 'mi', cursor: 3 });
    expect(searched(choices, 0, '', 'struct')).toEqual({ search: 'struct', cursor: 1 });
  });

  it('begins anew with a letter that leads nowhere, and goes on to the next one', () => {
    expect(searched(choices, 1, 'llamax', 'l')).toEqual({ search: 'l', cursor: 2 });
    expect(searched(choices, 0, '', 'ü')).toBeUndefined();
  });

  it('takes what is typed as it stands', () => {
    expect(searched(choices, 0, '', '.')).toEqual({ search: '.', cursor: 1 });
    expect(searched(choices, 0, '', '(')).toBeUndefined();
  });
});

describe('keys that arrive together', () => {
  it.each([['2\r', ['2', '\r']], ['jjjjjjjj', [...'jjjjjjjj']], ['j j\r', ['j', ' ', 'j', '\r']]])('%j are keys', (chunk, keys) => {
    expect(keysIn(chunk)).toEqual(keys);
  });

  it.each(['first line\rsecond', 'small\r', '1\r1\r1\r1\r', 'jjjjjkkkkk'])('%j was pasted', (chunk) => {
    expect(keysIn(chunk)).toBeUndefined();
  });
});
