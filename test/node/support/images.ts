import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { REPOSITORY } from '../../support/workspace.js';

interface Image {
  chart: string;
  value: string;
  repository: string;
  tag: string;
}

const all = (): Image[] => (parse(readFileSync(join(REPOSITORY, 'charts/images.yaml'), 'utf8')) as { images: Image[] }).images;
const nameOf = ({ repository, tag }: Image): string => `${repository}:${tag}`;

/** Every image that the charts ask for (charts/images.yaml). */
export const images = (): string[] => [...new Set(all().map(nameOf))];

/** The image that this chart asks for under this value. */
export const imageOf = (chart: string, value: string): string => {
  const found = all().find((image) => image.chart === chart && image.value === value);
  if (!found) throw new Error(`no image ${value} of ${chart}`);
  return nameOf(found);
};
