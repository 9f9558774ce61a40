import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { REPOSITORY } from '../../support/workspace.js';

/** The image that this chart asks for under this value (charts/images.yaml). */
export const imageOf = (chart: string, value: string): string => {
  const { images } = parse(readFileSync(join(REPOSITORY, 'charts/images.yaml'), 'utf8')) as { images: { chart: string; value: string; repository: string; tag: string }[] };
  const found = images.find((image) => image.chart === chart && image.value === value);
  if (!found) throw new Error(`no image ${value} of ${chart}`);
  return `${found.repository}:${found.tag}`;
};
