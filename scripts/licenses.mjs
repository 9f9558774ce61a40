#!/usr/bin/env node
// Writes THIRD_PARTY_LICENSES.txt: the licences of all packages that the build put into dist; with --check it only compares.
// Fails on a licence that is not on the list below, so that nobody ships one by accident.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Licences that allow shipping the code inside a bundle under our own, given that their text goes with it. */
const ALLOWED = new Set(['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0', 'Python-2.0', 'Unlicense', 'CC0-1.0', 'Zlib']);

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'THIRD_PARTY_LICENSES.txt');
const check = process.argv.includes('--check');

const fail = (...lines) => {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
};

/** `MIT`, `(MIT OR GPL-2.0)`, `MIT AND ISC`: one side of an OR is enough, an AND needs both. */
const isAllowed = (expression) =>
  expression
    .replaceAll(/[()]/g, '')
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((id) => ALLOWED.has(id.trim())));

/** Folder of the package that a bundled file belongs to; undefined for our own files. */
const packageFolder = (input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];

/** The licence's text as the package carries it: files, else the section in its README, else who declared what. */
const licenceText = async (folder, about) => {
  const names = (await readdir(join(root, folder))).sort();
  const files = names.filter((name) => /^(un)?licen[cs]e|^copying|^notice/i.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(root, folder, name), 'utf8')));
  if (texts.length > 0) return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
  const readme = names.find((name) => /^readme/i.test(name));
  const section = readme && /^(?:#+ *)?licen[cs]e\s*\n(?:-+\n)?([\s\S]*?permission[\s\S]*?)(?:\n#|(?![\s\S]))/im.exec(await readFile(join(root, folder, readme), 'utf8'));
  if (section) return section[1].replaceAll('\r\n', '\n').trim();
  const author = typeof about.author === 'string' ? about.author : (about.author?.name ?? 'its authors');
  return `The package carries no text of its licence. Its package.json declares ${about.license}, by ${author}.`;
};

let meta;
try {
  meta = JSON.parse(await readFile(join(root, 'dist/meta.json'), 'utf8'));
} catch {
  fail('dist/meta.json is not there; run: node scripts/build.mjs');
}

const folders = new Set(Object.keys(meta.inputs).flatMap((input) => packageFolder(input) ?? []));
const packages = new Map();
for (const folder of folders) {
  const about = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  const id = `${about.name} ${about.version}`;
  if (!packages.has(id)) packages.set(id, { id, licence: about.license ?? 'none', text: await licenceText(folder, about) });
}

const byId = (a, b) => (a.id < b.id ? -1 : 1);
const sorted = [...packages.values()].sort(byId);
const refused = sorted.filter(({ licence }) => !isAllowed(licence));
if (refused.length > 0) {
  fail('These licences are not on the list in scripts/licenses.mjs:', ...refused.map(({ id, licence }) => `  ${id}: ${licence}`), 'Take another package, or have the licence judged and listed.');
}

// Many packages share their author's text word for word: it stands once, below all of their names.
const groups = new Map();
for (const each of sorted) {
  const key = `${each.licence}\n${each.text}`;
  groups.set(key, [...(groups.get(key) ?? []), each]);
}
const rule = '-'.repeat(80);
const text = [
  'ionos-tenants is bundled with the packages below, each under its own licence.',
  'Written by scripts/licenses.mjs.',
  ...[...groups.values()].flatMap((group) => ['', rule, ...group.map(({ id }) => id), `Licence: ${group[0].licence}`, '', group[0].text]),
  '',
].join('\n');

const current = await readFile(target, 'utf8').catch(() => '');
if (current === text) {
  if (!check) console.log(`THIRD_PARTY_LICENSES.txt is current: ${sorted.length} packages`);
} else if (check) {
  fail('THIRD_PARTY_LICENSES.txt is not current; run: node scripts/build.mjs && node scripts/licenses.mjs');
} else {
  await writeFile(target, text);
  console.log(`THIRD_PARTY_LICENSES.txt written: ${sorted.length} packages`);
}
