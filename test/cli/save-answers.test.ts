import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAnswerSaver } from '../../src/cli/save-answers.js';
import { createEventBus } from '../../src/engine/bus.js';
import type { EngineEvent } from '../../src/engine/events.js';
import { createRedactor } from '../../src/engine/redact.js';
import { parseTenantFile } from '../../src/tenant/index.js';

let folder: string;
let events: EngineEvent[];
let save: ReturnType<typeof createAnswerSaver>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'save-answers-'));
  events = [];
  const bus = createEventBus(createRedactor());
  bus.subscribe((event) => events.push(event));
  save = createAnswerSaver({ bus }, folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const content = (path: string): string => readFileSync(join(folder, path), 'utf8');

describe('saving answers', () => {
  it('writes a file for its owner only, which create -f takes, and tells about it', async () => {
    expect(await save({ name: 'acme', preset: 'medium', openwebui: { models: 'none' } })).toBe('acme.yaml');
    expect(statSync(join(folder, 'acme.yaml')).mode & 0o777).toBe(0o600);
    expect(parseTenantFile(content('acme.yaml'), 'acme.yaml')).toEqual({ apiVersion: 'ionos-tenants/v1', kind: 'Tenant', name: 'acme', preset: 'medium', openwebui: { models: 'none' }, overrides: {} });
    expect(events).toMatchObject([{ type: 'file', purpose: 'tenant', path: 'acme.yaml' }]);
  });

  it('brings its own file up to date, and leaves nothing else behind', async () => {
    await save({ name: 'acme' });
    expect(await save({ name: 'acme', preset: 'large' })).toBe('acme.yaml');
    expect(content('acme.yaml')).toContain('preset: large');
    expect(statSync(join(folder, 'acme.yaml')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['acme.yaml']);
  });

  it('never touches what somebody else has written, also when that was done in between', async () => {
    writeFileSync(join(folder, 'acme.yaml'), 'mine');
    expect(await save({ name: 'acme' })).toBe('acme-2.yaml');
    writeFileSync(join(folder, 'acme-2.yaml'), 'edited');
    expect(await save({ name: 'acme', preset: 'large' })).toBe('acme-3.yaml');
    expect([content('acme.yaml'), content('acme-2.yaml')]).toEqual(['mine', 'edited']);
  });

  it('says what is missing, and why a folder takes nothing', async () => {
    await expect(save({ preset: 'small' })).rejects.toThrow(/nothing to save yet/);
    rmSync(folder, { recursive: true });
    await expect(save({ name: 'acme' })).rejects.toThrow(/the answers were not saved/);
    expect(events).toEqual([]);
  });
});
