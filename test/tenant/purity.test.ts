import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { root } from './support.js';

const folder = new URL('src/tenant/', root);

test.each(readdirSync(folder))('%s depends on nothing but the domain, zod and yaml', (file) => {
  const imports = [...readFileSync(new URL(file, folder), 'utf8').matchAll(/(?:from|import)\s+'([^']+)'/g)].map(([, source]) => source ?? '');
  expect(imports.filter((source) => !/^\.\/[\w-]+\.js$/.test(source) && !['zod', 'yaml'].includes(source))).toEqual([]);
});
