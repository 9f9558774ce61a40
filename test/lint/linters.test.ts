import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHARTS, renderText } from '../charts/rendering.js';
import { valuesOf } from '../charts/tenants.js';
import { SOURCE } from '../terraform/stage.js';
import { checkov, distinct, kubeScore, tflint, type Finding } from './linters.js';

type Linter = 'kube-score' | 'checkov-kubernetes' | 'checkov-terraform' | 'tflint';
const exceptions = parse(readFileSync(fileURLToPath(new URL('exceptions.yaml', import.meta.url)), 'utf8')) as Record<Linter, { check: string; on: string[]; why: string }[]>;

/** Findings without an exception, and exceptions without a finding: both should be none. */
const verdict = (linter: Linter, findings: readonly Finding[]): { notExcepted: string[]; notFound: string[] } => {
  const words = ({ check, on }: Finding): string => `${check}: ${on}`;
  const excepted = new Set(exceptions[linter].flatMap(({ check, on }) => on.map((each) => words({ check, on: each }))));
  const found = new Set(distinct(findings).map(words));
  return { notExcepted: [...found].filter((each) => !excepted.has(each)).sort(), notFound: [...excepted].filter((each) => !found.has(each)).sort() };
};
const CLEAN = { notExcepted: [], notFound: [] };

let folder = '';
/** All charts of a small tenant by its address, and of a large one with host names. */
let rendered: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lint-'));
  rendered = await Promise.all((['small', 'large'] as const).map(async (key) => (await Promise.all(CHARTS.map((chart) => renderText(chart, valuesOf(key)[chart])))).join('\n---\n')));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const place = async (name: string, files: Record<string, string>): Promise<string> => {
  await mkdir(join(folder, name));
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, name, file), text);
  return join(folder, name);
};

it('every exception has its reason', () => {
  for (const { check, why, on } of Object.values(exceptions).flat()) {
    expect(why.length, check).toBeGreaterThan(30);
    expect(on.length, check).toBeGreaterThan(0);
  }
});

describe('kube-score', () => {
  it('finds nothing in the charts but what has a reason', async () => {
    expect(verdict('kube-score', (await Promise.all(rendered.map(kubeScore))).flat())).toEqual(CLEAN);
  });

  it('would find a container that writes to its own root, and a pod without limits', async () => {
    const broken = (rendered[0] ?? '').replaceAll('readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false').replaceAll(/^ +limits:\n(?: +(?:cpu|memory|ephemeral-storage): .*\n)+/gm, '');
    const { notExcepted } = verdict('kube-score', await kubeScore(broken));
    expect(notExcepted).toContain('container-security-context-readonlyrootfilesystem: Deployment gateway');
    expect(notExcepted).toContain('container-resources: Deployment gateway');
  });
});

describe('checkov', () => {
  it('finds nothing in the charts but what has a reason', async () => {
    const { passed, findings } = await checkov('kubernetes', await place('charts', { 'small.yaml': rendered[0] ?? '', 'large.yaml': rendered[1] ?? '' }));
    expect(verdict('checkov-kubernetes', findings)).toEqual(CLEAN);
    expect(passed).toBeGreaterThan(500);
  });

  it('would find a privileged container, and a token in a pod', async () => {
    const broken = (rendered[0] ?? '').replaceAll('allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true\n            privileged: true').replaceAll('automountServiceAccountToken: false', 'automountServiceAccountToken: true');
    const { findings } = await checkov('kubernetes', await place('broken-charts', { 'small.yaml': broken }));
    for (const check of ['CKV_K8S_16', 'CKV_K8S_20', 'CKV_K8S_38']) expect(verdict('checkov-kubernetes', findings).notExcepted).toContain(`${check}: Deployment gateway`);
  });

  it('finds nothing in the modules and stacks', async () => {
    const { findings } = await checkov('terraform', SOURCE);
    expect(verdict('checkov-terraform', findings)).toEqual(CLEAN);
  });

  it('would find a module from a place that can change', async () => {
    const { findings } = await checkov('terraform', await place('broken-module', { 'main.tf': 'module "other" {\n  source = "git::https://example.com/other.git"\n}\n' }));
    expect(findings.map(({ check }) => check)).toContain('CKV_TF_1');
  });
});

describe('tflint', () => {
  it('finds nothing in the modules, stacks and examples but what has a reason', async () => {
    expect(verdict('tflint', await tflint(SOURCE))).toEqual(CLEAN);
  });

  it('would find a variable without a type, a value that nobody uses and an undocumented output', async () => {
    const broken = join(folder, 'broken-terraform');
    await cp(join(SOURCE, 'modules/network'), broken, { recursive: true });
    await writeFile(join(broken, 'broken.tf'), 'variable "anything" {}\nlocals {\n  unused = 1\n}\noutput "silent" {\n  value = var.anything\n}\n');
    const checks = new Set((await tflint(broken)).map(({ check }) => check));
    expect([...checks].sort()).toEqual(expect.arrayContaining(['terraform_documented_outputs', 'terraform_documented_variables', 'terraform_typed_variables', 'terraform_unused_declarations']));
  });
});
