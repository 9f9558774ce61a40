import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runTool } from '../support/tool.js';
import { CHARTS, chartFolder, chartsFolder } from './rendering.js';

interface Image {
  repository: string;
  tag: string;
  digest: string;
}

const read = (...path: string[]): unknown => parse(readFileSync(join(...path), 'utf8'));
const { images } = read(chartsFolder, 'images.yaml') as { images: (Image & { chart: string; value: string; why: string })[] };

/** Everything in a chart's values that looks like an image, by its path. */
const imagesIn = (tree: unknown, path = ''): [string, Image][] => {
  if (typeof tree !== 'object' || tree === null) return [];
  if ('repository' in tree) return [[path, tree as Image]];
  return Object.entries(tree).flatMap(([key, below]) => imagesIn(below, path === '' ? key : `${path}.${key}`));
};

describe('images.yaml', () => {
  it('names every image of every chart, as the charts have it', () => {
    const inCharts = CHARTS.flatMap((chart) => imagesIn(read(chartFolder(chart), 'values.yaml')).map(([value, image]) => ({ chart, value, ...image })));
    expect(images.map(({ why: _why, ...image }) => image)).toEqual(expect.arrayContaining(inCharts));
    expect(images).toHaveLength(inCharts.length);
  });

  it('names exact versions, with the reason', () => {
    for (const { tag, digest, why } of images) {
      expect(tag).toMatch(/^\d+\.\d+\.\d+(-[a-z0-9.-]+)?$/);
      expect(digest).toMatch(/^(sha256:[0-9a-f]{64})?$/);
      expect(why.length).toBeGreaterThan(20);
    }
  });
});

describe('Chart.yaml', () => {
  it.each(CHARTS)('of %s has a version, no dependencies and the version of what it runs', (chart) => {
    const meta = read(chartFolder(chart), 'Chart.yaml') as Record<string, unknown>;
    expect(meta).toMatchObject({ apiVersion: 'v2', name: chart, type: 'application', version: '0.2.0' });
    expect(meta).not.toHaveProperty('dependencies');
    const [image] = images.filter((entry) => entry.chart === chart);
    if (image) expect(image.tag.startsWith(`${String(meta['appVersion'])}-`)).toBe(true);
  });
});

it('charts say under which licence they may be used, and WordPress brings a plugin under another one', () => {
  const licence = (chart: string): unknown => (read(chartFolder(chart as (typeof CHARTS)[number]), 'Chart.yaml') as { annotations: Record<string, string> }).annotations['artifacthub.io/license'];
  const { license } = JSON.parse(readFileSync(join(chartsFolder, '..', 'package.json'), 'utf8')) as { license: string };
  for (const chart of CHARTS) expect(licence(chart), chart).toBe(chart === 'wordpress' ? license : 'Apache-2.0');
});

it('READMEs say what values.yaml says', async () => {
  const script = fileURLToPath(new URL('../../scripts/chart-docs.mjs', import.meta.url));
  const { exitCode, stderr } = await runTool('node', [script, '--check']);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});
