import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolPath } from '../charts/checkers.js';
import { cleanEnvironment, runTool, type ToolResult } from '../support/tool.js';

/** What a linter found: its name for the fault, and the object (`Kind name`) or folder that has it. */
export interface Finding {
  check: string;
  on: string;
}

/** Each finding once. */
export const distinct = (findings: readonly Finding[]): Finding[] => [...new Map(findings.map((finding) => [`${finding.check} ${finding.on}`, finding])).values()];

const answerOf = ({ stdout, stderr }: ToolResult, name: string): unknown => {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`${name} gave no answer: ${stdout.slice(0, 500)}${stderr.slice(-1500)}`);
  }
};

/** kube-score on manifests. What it calls optional is not asked for. */
export const kubeScore = async (manifests: string): Promise<Finding[]> => {
  const result = await runTool(toolPath('kube-score', '1.20.0'), ['score', '--output-format=json', '--kubernetes-version=v1.34', '-'], { env: cleanEnvironment(), input: manifests });
  const objects = answerOf(result, 'kube-score') as { type_meta: { kind: string }; object_meta: { name: string }; checks: { check: { id: string }; grade: number; skipped: boolean }[] }[];
  const PERFECT = 10;
  return objects.flatMap(({ type_meta: { kind }, object_meta: { name }, checks }) =>
    checks.filter(({ grade, skipped }) => !skipped && grade < PERFECT).map(({ check }) => ({ check: check.id, on: `${kind} ${name}` })),
  );
};

/** checkov on a folder, without asking anybody: its rules are part of the package. */
export const checkov = async (framework: 'kubernetes' | 'terraform', folder: string): Promise<{ passed: number; findings: Finding[] }> => {
  const packages = dirname(toolPath('checkov', '3.3.30'));
  const args = ['-m', 'checkov.main', `--directory=${folder}`, `--framework=${framework}`, '--output=json', '--compact', '--skip-download', '--soft-fail'];
  const result = await runTool('python3', args, { env: { ...cleanEnvironment(), PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' } });
  const answer = answerOf(result, 'checkov') as { summary?: { passed: number }; results?: { failed_checks: { check_id: string; resource: string }[]; passed_checks: unknown[] } };
  return {
    passed: answer.summary?.passed ?? 0,
    // An object is called Kind.namespace.name there.
    findings: (answer.results?.failed_checks ?? []).map(({ check_id, resource }) => ({ check: check_id, on: framework === 'kubernetes' ? resource.replace(/^(\w+)\..*?([^.]+)$/, '$1 $2') : resource })),
  };
};

/** tflint on every folder below this one, with the rules of tflint.hcl. */
export const tflint = async (folder: string): Promise<Finding[]> => {
  const config = fileURLToPath(new URL('tflint.hcl', import.meta.url));
  const result = await runTool(toolPath('tflint', '0.64.0'), [`--chdir=${folder}`, '--recursive', `--config=${config}`, '--format=json'], { env: cleanEnvironment() });
  const { issues, errors } = answerOf(result, 'tflint') as { issues: { rule: { name: string }; range: { filename: string } }[]; errors: { message: string }[] };
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return issues.map(({ rule, range }) => ({ check: rule.name, on: dirname(relative(folder, resolve(range.filename))) }));
};
