// Writes the README of each terraform module and stack from its source; with --check only says which are out of date.
//   node scripts/terraform-docs.mjs [--check] [folder below terraform/ …]
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
// Tests work on a copy.
const root = process.env.TERRAFORM_DOCS_ROOT ?? join(repository, 'terraform');

const OPENING = { '{': '}', '[': ']', '(': ')' };

/** Position after the string that starts at `at`; templates in it may hold strings of their own. */
const skipString = (text, at) => {
  let position = at + 1;
  while (position < text.length && text[position] !== '"') {
    if (text[position] === '\\') position += 2;
    else if (text.startsWith('${', position) && text[position - 1] !== '$') position = skipBracket(text, position + 1);
    else position += 1;
  }
  return position + 1;
};

const comment = /(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\//y;

/** Position after the comment that starts at `at`, or `at`. */
const skipComment = (text, at) => {
  comment.lastIndex = at;
  return at + (comment.exec(text)?.[0].length ?? 0);
};

/** Position after the bracket that closes the one at `at`. */
function skipBracket(text, at) {
  const closing = OPENING[text[at]];
  let position = at + 1;
  while (position < text.length && text[position] !== closing) position = skipToken(text, position);
  return position + 1;
}

function skipToken(text, at) {
  if (text[at] === '"') return skipString(text, at);
  if (OPENING[text[at]] !== undefined) return skipBracket(text, at);
  return Math.max(skipComment(text, at), at + 1);
}

/** The arguments and blocks of an HCL body, arguments as their source text. Here-documents are not understood: we use none. */
const parse = (text) => {
  const body = { arguments: {}, blocks: [] };
  const word = /[A-Za-z_][\w-]*/y;
  let position = 0;
  while (position < text.length) {
    word.lastIndex = position;
    const name = word.exec(text)?.[0];
    if (name === undefined) {
      position = skipToken(text, position);
      continue;
    }
    position += name.length;
    const rest = /^[ \t]*(?:=(?!=)|((?:"[^"]*"[ \t]*)*)\{)/.exec(text.slice(position));
    if (rest === null) continue;
    position += rest[0].length;
    if (rest[1] === undefined) {
      const start = position;
      while (position < text.length && text[position] !== '\n') position = skipToken(text, position);
      body.arguments[name] = text.slice(start, position).trim();
    } else {
      const end = skipBracket(text, position - 1);
      const labels = [...rest[1].matchAll(/"([^"]*)"/g)].map((label) => label[1]);
      body.blocks.push({ type: name, labels, body: text.slice(position, end - 1) });
      position = end;
    }
  }
  return body;
};

/** A literal string of HCL as its value. */
const literal = (source) => (source === undefined ? '' : source.replace(/^"|"$/g, '').replace(/\\(["\\])/g, '$1'));

/** An expression on one line: line breaks between the items of brackets become commas. */
const oneLine = (source) =>
  source
    .split('\n')
    .map((line) => line.replace(/^\s*#.*$/, '').trim())
    .filter((line) => line !== '')
    .reduce((all, line) => {
      if (all === '') return line;
      const separator = /[[{(,]$/.test(all) || /^[\])}]/.test(line) ? ' ' : ', ';
      return `${all}${separator}${line}`;
    }, '')
    .replace(/,\s*([\])])/g, '$1')
    .replace(/([[(]) /g, '$1')
    .replace(/ ([\])])/g, '$1')
    .replace(/ {2,}/g, ' ');

const cell = (text) => text.replace(/\|/g, '\\|');
const code = (text) => `\`${text}\``;
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const filesOf = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.tf'))
    .sort();

/** Everything that the README says, read from the folder's source. */
const describeFolder = (folder) => {
  const files = filesOf(folder);
  const blocks = files.flatMap((name) => parse(readFileSync(join(folder, name), 'utf8')).blocks);
  const named = (type) => blocks.filter((block) => block.type === type).sort((a, b) => (a.labels.join('.') < b.labels.join('.') ? -1 : 1));
  const terraform = parse(blocks.find((block) => block.type === 'terraform').body);
  const providers = parse(terraform.blocks.find((block) => block.type === 'required_providers').body).arguments;
  const main = readFileSync(join(folder, 'main.tf'), 'utf8');
  return {
    purpose: /^(?:#[^\n]*\n)+/.exec(main)?.[0].replace(/^# ?/gm, '').trim() ?? '',
    backend: terraform.blocks.find((block) => block.type === 'backend')?.labels[0],
    requirements: [
      ['terraform', literal(terraform.arguments.required_version)],
      ...Object.entries(providers).map(([, source]) => {
        const { source: address, version } = parse(source.slice(1, -1)).arguments;
        return [literal(address), literal(version)];
      }),
    ],
    modules: named('module').map(({ labels, body }) => [labels[0], literal(parse(body).arguments.source)]),
    resources: [
      ...named('resource').map(({ labels }) => [labels.join('.'), 'made']),
      ...named('data').map(({ labels }) => [`data.${labels.join('.')}`, 'read']),
    ],
    inputs: named('variable').map(({ labels, body }) => {
      const variable = parse(body);
      return {
        name: labels[0],
        type: oneLine(variable.arguments.type ?? 'any'),
        fallback: variable.arguments.default === undefined ? undefined : oneLine(variable.arguments.default),
        description: literal(variable.arguments.description),
        rules: variable.blocks
          .filter((block) => block.type === 'validation')
          .map((block) => literal(parse(block.body).arguments.error_message)),
      };
    }),
    outputs: named('output').map(({ labels, body }) => [labels[0], literal(parse(body).arguments.description)]),
  };
};

/** The stack's var-files or the module's example, as a section. */
const exampleOf = (folder) => {
  const examples = join(folder, 'examples');
  if (!existsSync(examples)) return [];
  const names = readdirSync(examples).sort();
  const parts = names.map((name) => {
    const file = name.endsWith('.tfvars') ? name : `${name}/main.tf`;
    return `\`examples/${file}\`:\n\n\`\`\`hcl\n${readFileSync(join(examples, file), 'utf8').trim()}\n\`\`\``;
  });
  return [names.length === 1 ? '## Example' : '## Examples', ...parts];
};

const readmeOf = (folder) => {
  const path = relative(root, folder).split('\\').join('/');
  const facts = describeFolder(folder);
  const rules = facts.inputs.flatMap(({ name, rules: messages }) => messages.map((message) => `- ${code(name)}: ${message}`));
  const resources = facts.resources.map(([address, use]) => [code(address), use]);
  const sections = [
    `<!-- Written by "node scripts/terraform-docs.mjs ${path}" from the source in this folder: change that, then run it again. -->`,
    `# terraform/${path}`,
    facts.purpose,
    ...(facts.backend === undefined ? [] : [`State: backend ${code(facts.backend)}.`]),
    ...exampleOf(folder),
    '## Requirements',
    table(['Needs', 'Version'], facts.requirements.map(([name, version]) => [code(name), code(version)])),
    ...(facts.modules.length === 0 ? [] : ['## Modules', table(['Name', 'Source'], facts.modules.map((row) => row.map(code)))]),
    ...(resources.length === 0 ? [] : ['## Resources', table(['Address', 'Here'], resources)]),
    '## Inputs',
    table(
      ['Name', 'Type', 'Default', 'Description'],
      facts.inputs.map(({ name, type, fallback, description }) => [code(name), code(type), fallback ? code(fallback) : 'required', description]),
    ),
    ...(rules.length === 0 ? [] : ['What is refused:', rules.join('\n')]),
    '## Outputs',
    table(['Name', 'Description'], facts.outputs.map(([name, description]) => [code(name), description])),
  ];
  return `${sections.join('\n\n')}\n`;
};

const everyFolder = () => [
  ...readdirSync(join(root, 'modules'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `modules/${entry.name}`)
    .sort(),
  'platform',
  'tenant',
];

const given = process.argv.slice(2);
const check = given.includes('--check');
const chosen = given.filter((argument) => !argument.startsWith('--'));
const unknown = given.filter((argument) => argument.startsWith('--') && argument !== '--check');
const missing = chosen.filter((path) => !existsSync(join(root, path, 'main.tf')));
if (unknown.length > 0 || missing.length > 0) {
  console.error(`Not understood: ${[...unknown, ...missing].join(', ')}.`);
  console.error('Usage: node scripts/terraform-docs.mjs [--check] [folder below terraform/ …]');
  process.exit(2);
}

/** `a, b` as the names of READMEs. */
const readmes = (paths) => paths.map((path) => `terraform/${path}/README.md`).join(', ');

const stale = (chosen.length > 0 ? chosen : everyFolder()).filter((path) => {
  const file = join(root, path, 'README.md');
  const wanted = readmeOf(join(root, path));
  if (existsSync(file) && readFileSync(file, 'utf8') === wanted) return false;
  if (!check) writeFileSync(file, wanted);
  return true;
});

if (check && stale.length > 0) {
  console.error(`Out of date: ${readmes(stale)}. Run: node scripts/terraform-docs.mjs`);
  process.exit(1);
}
if (!check) console.log(stale.length === 0 ? 'Everything was up to date.' : `Written: ${readmes(stale)}`);
