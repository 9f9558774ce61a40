import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { readTitle } from './title.js';

/** One test of one probe, as scripts/probe-docs.mjs reads it. */
export interface ProbeResult {
  id: string;
  title: string;
  /** Whether the test shows that the probe fails, that it would succeed if it could, and that it does succeed without the control. */
  shows: { refused: boolean; positiveControl: boolean; red: boolean };
  outcome: 'passed' | 'failed' | 'skipped';
}

/**
 * Records what became of the tests that belong to isolation probes, in `.probes/<test file>.json` of the checkout: one file for each
 * test file, so that running one of them alone leaves what the others said.
 */
export default class ProbeReporter implements Reporter {
  private root = '';
  /** A run of chosen tests says nothing about the others in their file. */
  private isPartial = false;

  onInit(vitest: Vitest): void {
    this.root = vitest.config.root;
    this.isPartial = vitest.config.testNamePattern !== undefined;
  }

  onTestModuleEnd(module: TestModule): void {
    if (this.isPartial) return;
    const name = relative(this.root, module.moduleId).split(sep).join('/');
    const target = join(this.root, '.probes', `${name}.json`);
    const results = [...module.children.allTests()].flatMap(resultsOf);
    if (results.length === 0) {
      rmSync(target, { force: true });
      return;
    }
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, `${JSON.stringify({ file: name, results }, undefined, 2)}\n`);
  }
}

const resultsOf = (test: TestCase): ProbeResult[] => {
  const titles = [test.name];
  for (let { parent } = test; parent.type === 'suite'; { parent } = parent) titles.unshift(parent.name);
  const { ids, shows } = readTitle(titles);
  const { state } = test.result();
  return ids.map((id) => ({ id, title: titles.join(' › '), shows, outcome: state === 'pending' ? 'skipped' : state }));
};
