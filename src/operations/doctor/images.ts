import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { CheckFinding } from '../../engine/events.js';
import { counted } from '../../tenant/text.js';
import { ok, warning } from './check.js';

interface ChartImage {
  repository: string;
  tag: string;
  digest: string;
}

/** Whether the images of the packaged charts are pinned. A tag can be moved to another image; a digest cannot. */
export const checkImages = async (packageRoot: string): Promise<CheckFinding> => {
  const { images } = parse(await readFile(join(packageRoot, 'charts', 'images.yaml'), 'utf8')) as { images: ChartImage[] };
  const loose = images.filter(({ digest }) => digest === '');
  if (loose.length === 0) return ok(`${counted(images.length, 'image')}, each pinned by its digest`);
  return warning(`${loose.length} of ${counted(images.length, 'image')} pinned by tag only, their digests are missing: ${loose.map(({ repository, tag }) => `${repository.replace(/^.*\//, '')}:${tag}`).join(', ')}`, 'A registry could move a tag. Where that must not be, take the images from a registry of your own.');
};
