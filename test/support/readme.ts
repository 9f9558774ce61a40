import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './workspace.js';

/** The shell blocks below one heading of a README, as they stand there. @throws Error when there is none */
export const shellBlocks = (file: string, heading: string): string[] => {
  const text = readFileSync(join(REPOSITORY, file), 'utf8');
  const section = text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '');
  if (blocks.length === 0) throw new Error(`${file} has no shell block below "${heading}"`);
  return blocks;
};
