import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, ParsedNode } from 'yaml';
import * as z from 'zod';
import { plainIssues } from './issues.js';
import type { PlainIssue } from './issues.js';
import { nameIssue } from './name.js';
import { SpecProblem } from './problem.js';
import type { SpecIssue } from './problem.js';
import { counted, quoted } from './text.js';

/** More than any file of ours needs; keeps a wrong path (a log, a disk image) from being parsed for minutes. */
const MAX_CHARACTERS = 1_000_000;

type Place = { line: number; column: number };

interface Located {
  place?: Place;
  /** The scalar as it stands in the file, when YAML read it as something else than text. */
  written?: string;
}

const resolved = (document: Document.Parsed, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

const keyText = (key: unknown): string => (isScalar(key) ? String(key.value) : String(key));

/** Follows the path as far as it goes; for an unknown key or a missing value the place is that of the key or of the group. */
const locate = (document: Document.Parsed, lines: LineCounter, issue: PlainIssue): Located => {
  let node: unknown = document.contents;
  let shown: Node | undefined = document.contents ?? undefined;
  for (const [depth, step] of issue.path.entries()) {
    const container = resolved(document, node);
    if (isMap(container)) {
      const pair = container.items.find(({ key }) => keyText(key) === String(step));
      if (pair === undefined) break;
      const last = depth === issue.path.length - 1;
      node = pair.value;
      // A group without content, or a group that lacks something: its key is what a person looks for.
      const group = isMap(pair.value) || isSeq(pair.value) || pair.value === null;
      shown = ((last && issue.key) || group ? pair.key : pair.value) as Node;
    } else if (isSeq(container) && typeof step === 'number') {
      node = container.items[step];
      shown = node as Node;
    } else break;
  }
  const offset = (shown as ParsedNode | undefined)?.range?.[0];
  const { line, col } = offset === undefined ? { line: 0, col: 0 } : lines.linePos(offset);
  const scalar = resolved(document, node);
  const written = isScalar(scalar) && typeof scalar.value !== 'string' && scalar.source !== undefined && scalar.source !== '' ? scalar.source : undefined;
  return { ...(line > 0 ? { place: { line, column: col } } : {}), ...(written === undefined ? {} : { written }) };
};

const dotted = (path: readonly (string | number)[]): string =>
  path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`), '');

/** `line 4: openwebui.modles is not a known key`. */
export const describeIssue = ({ line, path, message }: SpecIssue): string =>
  `${line === undefined ? '' : `line ${line}: `}${path === '' ? '' : `${path} `}${message}`;

/** One problem for everything that is wrong with a file. */
export const fileProblem = (fileName: string, issues: SpecIssue[]): SpecProblem =>
  new SpecProblem({
    code: 'file-invalid',
    what: `${fileName} has ${counted(issues.length, 'problem')}`,
    why: issues.map(describeIssue).join('\n'),
    issues,
    next: [issues.length === 1 ? 'Correct it and run the same command again.' : 'Correct them and run the same command again.'],
  });

const syntaxIssues = (document: Document.Parsed): SpecIssue[] =>
  [...document.errors, ...document.warnings].map((error) => {
    const place = error.linePos?.[0];
    const message =
      error.code === 'DUPLICATE_KEY'
        ? 'the same key stands here for the second time'
        : error.code === 'MULTIPLE_DOCS'
          ? 'a second document starts here; a file describes one thing'
          : (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    return { path: '', message, ...(place === undefined ? {} : { line: place.line, column: place.col }) };
  });

interface ParsedYaml {
  document: Document.Parsed;
  lines: LineCounter;
  data: unknown;
}

const parseYaml = (text: string, fileName: string): ParsedYaml => {
  if (text.length > MAX_CHARACTERS) throw fileProblem(fileName, [{ path: '', message: 'the file is larger than 1 MB; this is not one of our files' }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const broken = syntaxIssues(document);
  if (broken.length > 0) throw fileProblem(fileName, broken);
  try {
    return { document, lines, data: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (error) {
    throw fileProblem(fileName, [{ path: '', message: error instanceof Error ? error.message : String(error) }]);
  }
};

const knownKeys =
  (schema: z.ZodType) =>
  (path: readonly PropertyKey[]): string[] => {
    let current: unknown = schema;
    const unwrap = (): void => {
      while (current instanceof z.ZodOptional || current instanceof z.ZodNullable) current = current.unwrap();
    };
    unwrap();
    for (const step of path) {
      current = current instanceof z.ZodObject ? (current.shape as Record<PropertyKey, unknown>)[step] : undefined;
      unwrap();
    }
    return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
  };

const describeKind = (data: unknown): string | undefined =>
  typeof data === 'object' && data !== null && 'kind' in data && typeof data.kind === 'string' ? data.kind : undefined;

/**
 * Parses YAML and checks it. Anchors and aliases are allowed; duplicate keys, several documents, unknown tags and
 * unknown keys are not. Throws one SpecProblem `file-invalid` that lists everything, each with its line.
 */
export const parseYamlFile = <S extends z.ZodType>(text: string, fileName: string, schema: S, kind?: string): z.output<S> => {
  const { document, lines, data } = parseYaml(text, fileName);
  const found = describeKind(data);
  if (data === null || data === undefined) throw fileProblem(fileName, [{ path: '', message: 'the file is empty' }]);
  if (kind !== undefined && found !== undefined && found !== kind) {
    const place = locate(document, lines, { path: ['kind'], message: '' }).place;
    throw fileProblem(fileName, [{ path: 'kind', message: `is ${quoted(found)}, expected ${kind}`, ...place }]);
  }
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const issues = plainIssues(result.error.issues, data, knownKeys(schema)).map((issue): SpecIssue => {
    const { place, written } = locate(document, lines, issue);
    return { path: dotted(issue.path), message: withSource(issue, written), ...place };
  });
  throw fileProblem(fileName, sortByPlace(issues));
};

/** Explains a value that YAML read as something else than the text it was meant to be. Quotes would not help a name. */
const withSource = ({ path, message }: PlainIssue, written: string | undefined): string => {
  if (written === undefined || !message.startsWith('has to be a text')) return message;
  const trap = path.length === 1 && path[0] === 'name' ? nameIssue(written) : undefined;
  return trap === undefined ? `${message} (written ${written}); put it in quotes if it is meant as text` : `${quoted(written)} cannot be a name: ${trap.why}`;
};

const sortByPlace = (issues: SpecIssue[]): SpecIssue[] =>
  [...issues].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));

/** Checks data that did not come from a file, for example from the registry. Throws SpecProblem `file-invalid` without lines. */
export const parseData = <S extends z.ZodType>(data: unknown, source: string, schema: S): z.output<S> => {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw fileProblem(
    source,
    plainIssues(result.error.issues, data, knownKeys(schema)).map(({ path, message }) => ({ path: dotted(path), message })),
  );
};
