import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.js';
import { helmPath } from '../support/helm.js';
import { cleanEnvironment, runTool } from '../support/tool.js';
import { chartFolder, parseManifests } from './rendering.js';
import type { ChartName, Values } from './rendering.js';

/** What helm says after an installation. `helm template` leaves it out, so that here it is rendered as part of a manifest. */
const notesOf = async (chart: ChartName, values: Values): Promise<string> => {
  const folder = join(await temporaryFolder('notes'), chart);
  await cp(chartFolder(chart), folder, { recursive: true });
  const text = await readFile(join(folder, 'templates', 'NOTES.txt'), 'utf8');
  await rm(join(folder, 'templates', 'NOTES.txt'));
  await writeFile(join(folder, 'templates', 'notes.yaml'), `{{- define "notes" }}${text}{{ end }}\nkind: Notes\nmetadata:\n  name: notes\ndata:\n  text: {{ include "notes" . | quote }}\n`);
  const { exitCode, stdout, stderr } = await runTool(helmPath('4.3.1'), ['template', chart, folder, '--kube-version=1.34.4', '--namespace=tenant-acme', '--show-only=templates/notes.yaml', '--values=-'], { env: cleanEnvironment(), input: JSON.stringify(values) });
  expect(exitCode, stderr).toBe(0);
  return parseManifests(stdout)[0]?.data?.['text'] ?? '';
};

it.each([['wordpress', 'admin'], ['openwebui', 'admin@example.com']] as const)('after %s people know where to log in, as whom, and where the password is', async (chart, login) => {
  const notes = await notesOf(chart, { existingSecret: 'keys-of-acme' });
  expect(notes).toContain('http://203.0.113.10');
  expect(notes).toContain(`login: ${login})`);
  expect(notes).toContain(`kubectl get secret keys-of-acme --namespace tenant-acme --output go-template='{{index .data "admin-password" | base64decode}}{{"\\n"}}'`);
  expect(notes).toContain(`helm test ${chart} --namespace tenant-acme`);
});

it('after the gateway people know its address, or how to see the one that the cluster gives it', async () => {
  expect(await notesOf('gateway', {})).toMatch(/answers on 203\.0\.113\.10: .*\n.*helm test/);
  const notes = await notesOf('gateway', { address: { ip: '' } });
  expect(notes).toContain('answers on the address of its Service: WordPress');
  expect(notes).toContain('kubectl get service gateway --namespace tenant-acme');
});
