#!/usr/bin/env node
// Writes the tables in docs/cost.md from presets/ and presets/prices.yaml, with the same code that the program estimates with;
// with --check it only compares.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/cost.md');
const check = process.argv.includes('--check');

const { outputFiles } = await build({
  entryPoints: [join(root, 'src/tenant/index.ts')],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  logLevel: 'error',
});
const domain = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
const { capacityOf, completeTenant, estimatePlatform, estimateTenant, formatEur, parsePlatformPreset, parsePrices, parseTenantPreset, plannedNodes, tenantsThatFit, usageOf } = domain;

const readPresets = async (kind, parse) => {
  const names = (await readdir(join(root, 'presets', kind))).filter((name) => name.endsWith('.yaml'));
  return Promise.all(
    names.map(async (name) => {
      const file = `presets/${kind}/${name}`;
      return parse(await readFile(join(root, file), 'utf8'), file);
    }),
  );
};

const prices = parsePrices(await readFile(join(root, 'presets/prices.yaml'), 'utf8'), 'presets/prices.yaml');
const spec = (preset, isolation) => completeTenant({ name: 'example', preset: preset.name, isolation }, { adminEmail: 'admin@example.com' });
const tenantCost = (preset, isolation, serverType) => estimateTenant({ preset, spec: spec(preset, isolation), serverType, prices });

const tenants = (await readPresets('tenants', parseTenantPreset)).sort((a, b) => tenantCost(a, 'namespace', 'VCPU').total.high - tenantCost(b, 'namespace', 'VCPU').total.high);
const platforms = (await readPresets('platforms', parsePlatformPreset)).sort((a, b) => estimatePlatform(a, prices).total.high - estimatePlatform(b, prices).total.high);

const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (heads, rows) => [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');
const bySource = (line, source) => (line.bySource[source] === undefined ? '—' : line.bySource[source].toFixed(2));
const lines = (estimate) => [
  ...estimate.lines.map((line) => [line.label, line.quantity, formatEur(line.eur), bySource(line, 'A'), bySource(line, 'B')]),
  ['**Sum**', '', `**${formatEur(estimate.total)}**`, '', ''],
];
const LINE_HEADS = ['What', 'How much', 'EUR for 30 days', 'source A', 'source B'];

const fits = (platform, preset) => tenantsThatFit(usageOf(preset, spec(preset, 'namespace')), capacityOf(plannedNodes(platform), { headroomNodes: platform.headroomNodes })).tenants;

const perTenant = (platform, preset) => {
  const count = Math.min(fits(platform, preset), platform.maxTenants);
  if (count < 1) return 'does not fit';
  const shared = estimatePlatform(platform, prices).total;
  const own = tenantCost(preset, 'namespace', platform.nodes.serverType).additional;
  return `${formatEur({ low: own.low + shared.low / count, high: own.high + shared.high / count })} with ${count}`;
};

const sections = {
  tenants: table(
    ['Preset', 'For', ...platforms.map((platform) => `On \`${platform.name}\`, shared nodes`), 'With nodes of its own'],
    tenants.map((preset) => [`\`${preset.name}\``, preset.summary, ...platforms.map((platform) => formatEur(tenantCost(preset, 'namespace', platform.nodes.serverType).total)), formatEur(tenantCost(preset, 'node-pool', 'VCPU').total)]),
  ),
  platforms: table(
    ['Preset', 'What', 'EUR for 30 days', ...tenants.map((preset) => `\`${preset.name}\` tenants that fit`)],
    platforms.map((platform) => [`\`${platform.name}\``, platform.summary, formatEur(estimatePlatform(platform, prices).total), ...tenants.map((preset) => String(fits(platform, preset)))]),
  ),
  full: table(['Platform', ...tenants.map((preset) => `\`${preset.name}\``)], platforms.map((platform) => [`\`${platform.name}\``, ...tenants.map((preset) => perTenant(platform, preset))])),
  'tenant-lines': tenants.map((preset) => [`### \`${preset.name}\` on shared nodes`, '', table(LINE_HEADS, lines(tenantCost(preset, 'namespace', 'VCPU')))].join('\n')).join('\n\n'),
  'platform-lines': platforms.map((platform) => [`### \`${platform.name}\``, '', table(LINE_HEADS, lines(estimatePlatform(platform, prices)))].join('\n')).join('\n\n'),
  sources: table(
    ['', 'Source', 'Its date', 'What it goes by'],
    Object.entries(prices.sources).map(([id, source]) => [id, source.name, source.date, source.basis]),
  ),
  models: table(
    ['Model', 'in', 'out'],
    Object.entries(prices.models.prices).map(([id, price]) => [`\`${id}\``, price.input.toFixed(2), price.output.toFixed(2)]),
  ),
  checked: `Prices looked up on ${prices.checked}; confidence: ${prices.confidence}.`,
};

const current = await readFile(target, 'utf8');
let text = current;
for (const [name, content] of Object.entries(sections)) {
  const [begin, end] = [`<!-- begin ${name}: scripts/cost-docs.mjs -->`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/cost.md has no place for ${name}: ${begin} … ${end}`);
  text = `${text.slice(0, from)}${begin}\n${content}\n${text.slice(to)}`;
}
if (text === current) {
  if (!check) console.log('docs/cost.md is current');
} else if (check) {
  process.stderr.write('docs/cost.md is not current; run: node scripts/cost-docs.mjs\n');
  process.exitCode = 1;
} else {
  await writeFile(target, text);
  console.log('docs/cost.md written');
}
