import { chmod, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InstallerError } from '../../src/engine/errors.js';
import { CancelledError } from '../../src/engine/interrupts.js';
import type { Terraform } from '../../src/terraform/driver.js';
import { closeWorkspace, openWorkspace } from '../../src/terraform/workspace.js';
import { HeldClock } from '../support/provider.js';
import { BACKEND, openTerraformBed, REPOSITORY, VARIABLES, type TerraformBed } from '../support/workspace.js';
import { parseFault } from '../../src/sandbox/faults/fault.js';

/** RECORD_FIXTURES=1 renews what replayed.test.ts replays. */
const record = async (bed: TerraformBed, output: string, fixture: string): Promise<void> => {
  if (process.env.RECORD_FIXTURES !== '1') return;
  await copyFile(join(bed.workspace.work, output), fileURLToPath(new URL(`fixtures/${fixture}`, import.meta.url)));
};

const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error,
  );

/** A bed, and a terraform that has been initialised on it. */
const initialised = async (): Promise<{ bed: TerraformBed; terraform: Terraform }> => {
  const bed = await openTerraformBed();
  const terraform = bed.terraform();
  await terraform.init(BACKEND);
  return { bed, terraform };
};

/** A terraform that does not wait for a lock, so that no test waits for minutes. */
const impatient = async (bed: TerraformBed): Promise<string> => {
  const path = join(bed.folder, 'impatient-terraform');
  await writeFile(path, `#!/bin/bash\nexec terraform "\${@/-lock-timeout=*/-lock-timeout=0s}"\n`);
  await chmod(path, 0o755);
  return path;
};

/** Every file below a folder with its content, in one word. */
const fingerprint = async (folder: string): Promise<string> => {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()) hash.update(file).update(await readFile(file));
  return hash.digest('hex');
};

describe('plan, then apply of the saved plan', () => {
  it('makes what was planned; a second plan has nothing to do', async () => {
    const { bed, terraform } = await initialised();
    const plan = await terraform.plan(VARIABLES);
    await record(bed, 'plan.out', 'plan.ndjson');
    expect(plan.changes).toEqual([{ address: 'module.address.ionoscloud_ipblock.this', action: 'create' }]);
    expect(bed.cloud.ipBlocks.list()).toEqual([]);

    await terraform.apply();
    await record(bed, 'apply.out', 'apply.ndjson');
    const [block] = bed.cloud.ipBlocks.list();
    expect(block?.properties).toMatchObject({ name: 'ionos-tenants-main-acme', location: 'de/fra' });
    expect(await terraform.outputs()).toMatchObject({ ip: block?.properties.ips[0], ipblock_id: block?.id });
    expect(bed.messages.map(({ type, hook }) => [type, hook?.resource?.addr]).filter(([, address]) => address !== undefined)).toEqual([
      ['apply_start', 'module.address.ionoscloud_ipblock.this'],
      ['apply_complete', 'module.address.ionoscloud_ipblock.this'],
    ]);
    expect((await terraform.plan(VARIABLES)).changes).toEqual([]);
  });

  it('applies the plan that was approved, even where the variables have changed since', async () => {
    const { bed, terraform } = await initialised();
    await terraform.plan(VARIABLES);
    await writeFile(bed.workspace.variablesFile, JSON.stringify({ ...VARIABLES, name: 'other' }));
    await terraform.apply();
    expect(bed.cloud.ipBlocks.list().map(({ properties }) => properties.name)).toEqual(['ionos-tenants-main-acme']);
  });

  it('refuses a plan that another terraform has saved in its place, though the state is the same', async () => {
    const { bed, terraform } = await initialised();
    await terraform.plan(VARIABLES);
    await terraform.apply();
    await terraform.plan({ ...VARIABLES, location: 'de/fra' });
    expect((await bed.terraform().plan(VARIABLES, 'destroy')).changes).toMatchObject([{ action: 'delete' }]);
    expect(await thrownBy(terraform.apply())).toMatchObject({ code: 'plan-replaced', why: expect.stringContaining('saved.tfplan') as string });
    expect(bed.cloud.ipBlocks.list()).toHaveLength(1);
    await terraform.plan(VARIABLES);
    await terraform.apply();
    expect(bed.cloud.ipBlocks.list()).toHaveLength(1);
  });

  it('refuses a saved plan that the state has overtaken', async () => {
    const { bed, terraform } = await initialised();
    await terraform.plan(VARIABLES);
    const other = bed.terraform({ workspace: await bed.anotherWorkspace() });
    await other.init(BACKEND);
    await other.plan(VARIABLES);
    await other.apply();
    const error = await thrownBy(terraform.apply());
    expect(error).toMatchObject({ code: 'terraform-apply', why: expect.stringContaining('stale') as string });
    expect(bed.cloud.ipBlocks.list()).toHaveLength(1);
  });

  it('plans a destruction, and destroys', async () => {
    const { bed, terraform } = await initialised();
    await terraform.plan(VARIABLES);
    await terraform.apply();
    expect((await terraform.plan(VARIABLES, 'destroy')).changes).toEqual([{ address: 'module.address.ionoscloud_ipblock.this', action: 'delete' }]);
    await terraform.apply();
    expect(bed.cloud.ipBlocks.list()).toEqual([]);
  });

  it('takes over what is there already and the state does not know, instead of making it once more', async () => {
    const bed = await openTerraformBed();
    const made = bed.cloud.ipBlocks.create({ name: 'ionos-tenants-main-acme', location: 'de/fra', size: 1 });
    await bed.cloud.settled('ipBlocks', made.id);
    const terraform = bed.terraform();
    await terraform.init(BACKEND);
    const asked: unknown[] = [];
    const plan = await terraform.plan(VARIABLES, 'apply', async (creations) => {
      asked.push(...creations);
      return { 'module.address.ionoscloud_ipblock.this': made.id };
    });
    expect(asked).toEqual([{ address: 'module.address.ionoscloud_ipblock.this', action: 'create' }]);
    expect(plan).toMatchObject({ needed: true, changes: [{ address: 'module.address.ionoscloud_ipblock.this', action: 'import' }] });
    await terraform.apply();
    expect(bed.cloud.ipBlocks.list().map(({ id }) => id)).toEqual([made.id]);
    expect(await terraform.outputs()).toMatchObject({ ipblock_id: made.id });
  });

  it('sees what was removed behind its back, and makes it again', async () => {
    const { bed, terraform } = await initialised();
    await terraform.plan(VARIABLES);
    await terraform.apply();
    const [block] = bed.cloud.ipBlocks.list();
    bed.cloud.ipBlocks.delete(block?.id ?? '');
    await bed.cloud.settled('ipBlocks', block?.id ?? '');
    expect((await terraform.plan(VARIABLES)).changes).toEqual([{ address: 'module.address.ionoscloud_ipblock.this', action: 'create' }]);
  });
});

describe('what fails', () => {
  it("is told in the API's own words, with the resource", async () => {
    const bed = await openTerraformBed();
    bed.cloud.contract.setLimits({ reservableIps: 0 });
    const terraform = bed.terraform();
    await terraform.init(BACKEND);
    await terraform.plan(VARIABLES);
    const error = await thrownBy(terraform.apply());
    await record(bed, 'apply.out', 'apply-422.ndjson');
    expect(error).toBeInstanceOf(InstallerError);
    expect(error).toMatchObject({ code: 'terraform-apply', what: expect.stringContaining('module.address.ionoscloud_ipblock.this') as string, why: expect.stringContaining('Contract limit exceeded') as string, exitCode: 1 });
    expect((error as InstallerError).next.join(' ')).toContain('same command again');
  });

  it('is mended by the same calls again', async () => {
    const bed = await openTerraformBed();
    bed.cloud.faults.add(parseFault('503:kind=ipblock,action=create,times=1'));
    const terraform = bed.terraform();
    await terraform.init(BACKEND);
    await terraform.plan(VARIABLES);
    await thrownBy(terraform.apply());
    await terraform.plan(VARIABLES);
    await terraform.apply();
    expect(bed.cloud.ipBlocks.list()).toHaveLength(1);
  });

  it('is a wrong variable, before anything is made', async () => {
    const { terraform } = await initialised();
    const error = await thrownBy(terraform.plan({ ...VARIABLES, location: 'Berlin' }));
    expect(error).toMatchObject({ code: 'terraform-plan', why: expect.stringContaining('location must look like') as string });
  });

  it('is a backend that cannot be reached', async () => {
    const bed = await openTerraformBed();
    const terraform = bed.terraform({ env: { ...bed.env, KUBE_CONFIG_PATH: join(bed.folder, 'absent') } });
    expect(await thrownBy(terraform.init(BACKEND))).toMatchObject({ code: 'terraform-init' });
  });
});

/** Interrupts the first apply when the address is being made; then that is finished in the cloud, and half made for terraform. */
const interruptAtBlock = async (beforeRelease: (bed: TerraformBed) => Promise<void> = () => Promise.resolve()): Promise<TerraformBed> => {
  const clock = new HeldClock();
  const bed = await openTerraformBed(clock);
  const stop = new AbortController();
  const terraform = bed.terraform({ signal: stop.signal });
  await terraform.init(BACKEND);
  await terraform.plan(VARIABLES);
  const begun = new Promise<void>((resolve) => {
    const forget = bed.cloud.onChange((change) => {
      if (change.kind !== 'ipBlocks' || change.event !== 'created') return;
      forget();
      resolve();
    });
  });
  const applying = thrownBy(terraform.apply());
  await begun;
  stop.abort();
  expect(await applying).toBeInstanceOf(CancelledError);
  await beforeRelease(bed);
  clock.release();
  await bed.cloud.settled('ipBlocks', bed.cloud.ipBlocks.list()[0]?.id ?? '');
  return bed;
};

describe('an interrupt in the middle of an apply', () => {
  it('is one for terraform, which gives its lock back; the next run goes on', async () => {
    const bed = await interruptAtBlock(async (interrupted) => {
      await record(interrupted, 'apply.out', 'apply-interrupted.ndjson');
      const lease = (await (await interrupted.call(`/apis/coordination.k8s.io/v1/namespaces/${BACKEND.namespace}/leases/lock-tfstate-default-acme-state`)).json()) as { spec: { holderIdentity?: string } };
      expect(lease.spec.holderIdentity ?? '').toBe('');
    });
    const next = bed.terraform();
    expect((await next.plan(VARIABLES)).needed).toBe(true);
    await next.apply();
    expect(await next.outputs()).toMatchObject({ ip: bed.cloud.ipBlocks.list()[0]?.properties.ips[0] });
    expect(bed.cloud.ipBlocks.list()).toHaveLength(1);
    expect(await next.plan(VARIABLES)).toMatchObject({ changes: [], needed: false });
  });
});

describe('a state that another terraform has locked', () => {
  it('is left alone, and the error says who holds it', async () => {
    const clock = new HeldClock();
    const bed = await openTerraformBed(clock);
    const first = bed.terraform();
    await first.init(BACKEND);
    await first.plan(VARIABLES);
    const begun = new Promise<void>((resolve) => {
      bed.cloud.onChange((change) => change.kind === 'ipBlocks' && resolve());
    });
    const applying = first.apply();
    await begun;
    const second = bed.terraform({ workspace: await bed.anotherWorkspace(), path: await impatient(bed) });
    await second.init(BACKEND);
    const error = await thrownBy(second.plan(VARIABLES));
    expect(error).toMatchObject({ code: 'state-locked', what: expect.stringContaining('lock') as string });
    expect((error as InstallerError).why).toMatch(/ID:.*Operation: OperationTypeApply.*Who: \S+@\S+/);
    clock.release();
    await applying;
    expect((await second.plan(VARIABLES)).changes).toEqual([]);
  });

  it('by a dead terraform can be given back', async () => {
    const bed = await openTerraformBed();
    const terraform = bed.terraform({ path: await impatient(bed) });
    await terraform.init(BACKEND);
    await terraform.plan(VARIABLES);
    const path = `/apis/coordination.k8s.io/v1/namespaces/${BACKEND.namespace}/leases/lock-tfstate-default-acme-state`;
    const lease = (await (await bed.call(path)).json()) as { metadata: { annotations?: Record<string, string> }; spec: { holderIdentity?: string } };
    const id = '5d5b1c52-6a3c-4b0e-9a55-1b7a2f2a6f10';
    const info = { ID: id, Operation: 'OperationTypeApply', Info: '', Who: 'gone@laptop', Version: '1.11.4', Created: '2026-01-01T00:00:00Z', Path: '' };
    const held = { ...lease, metadata: { ...lease.metadata, annotations: { 'app.terraform.io/lock-info': JSON.stringify(info) } }, spec: { ...lease.spec, holderIdentity: id } };
    expect((await bed.call(path, { method: 'PUT', body: JSON.stringify(held) })).status).toBe(200);
    expect(await thrownBy(terraform.plan(VARIABLES))).toMatchObject({ code: 'state-locked', why: expect.stringContaining('gone@laptop') as string });
    await terraform.forceUnlock(id);
    expect((await terraform.plan(VARIABLES)).changes).toHaveLength(1);
  });
});

describe('a look', () => {
  /** What terraform keeps in the cluster: its states and its locks, each with the version that it was written as. */
  const kept = async (bed: TerraformBed): Promise<string[]> => {
    const lists = await Promise.all(['/api/v1/secrets', '/apis/coordination.k8s.io/v1/leases'].map(async (path) => (await (await bed.call(path)).json()) as { items: { metadata: { name: string; resourceVersion: string } }[] }));
    return lists.flatMap(({ items }) => items.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`));
  };

  it('writes nothing to the cluster where there is no state', async () => {
    const bed = await openTerraformBed();
    const before = await kept(bed);
    const look = bed.terraform();
    await look.initCopy(false);
    expect((await look.plan(VARIABLES)).changes).toHaveLength(1);
    expect(await kept(bed)).toEqual(before);
  });

  it('sees the state as it is and writes nothing to it', async () => {
    const { bed, terraform } = await initialised();
    await terraform.plan(VARIABLES);
    await terraform.apply();
    const before = await kept(bed);
    const look = bed.terraform({ workspace: await bed.anotherWorkspace() });
    await look.initCopy(BACKEND);
    expect(await look.resources()).toEqual(await terraform.resources());
    expect(await look.plan(VARIABLES)).toMatchObject({ changes: [], needed: false });
    expect((await look.plan(VARIABLES, 'destroy')).changes).toHaveLength(1);
    expect(await kept(bed)).toEqual(before);
  });

  it('writes nothing either where an interrupted create has left something tainted, and tells that it is kept', async () => {
    const bed = await interruptAtBlock();
    const before = await kept(bed);
    const look = bed.terraform({ workspace: await bed.anotherWorkspace() });
    await look.initCopy(BACKEND);
    const looked = await look.plan(VARIABLES);
    expect(looked.kept).toEqual(['module.address.ionoscloud_ipblock.this']);
    expect(looked.changes.map(({ action }) => action)).not.toContain('replace');
    expect(await kept(bed)).toEqual(before);
    // What was looked at is still to be done.
    expect((await bed.terraform().plan(VARIABLES)).kept).toEqual(looked.kept);
  });

  it("leaves a terraform that is at work its lock, and does not wait for it", async () => {
    const clock = new HeldClock();
    const bed = await openTerraformBed(clock);
    const terraform = bed.terraform();
    await terraform.init(BACKEND);
    await terraform.plan(VARIABLES);
    const begun = new Promise<void>((resolve) => {
      bed.cloud.onChange((change) => change.kind === 'ipBlocks' && resolve());
    });
    const applying = terraform.apply();
    await begun;
    const before = await kept(bed);
    const look = bed.terraform({ workspace: await bed.anotherWorkspace() });
    await look.initCopy(BACKEND);
    expect((await look.plan(VARIABLES)).changes).toHaveLength(1);
    expect(await kept(bed)).toEqual(before);
    clock.release();
    await applying;
    expect(await terraform.plan(VARIABLES)).toMatchObject({ changes: [], needed: false });
  });
});

describe('a state that could not be saved', () => {
  /** As a terraform leaves it that has made the address while the cluster was away: `stored` is what the cluster still has. */
  const leave = async (bed: TerraformBed): Promise<{ left: string; terraform: Terraform }> => {
    const terraform = bed.terraform();
    await terraform.init(BACKEND);
    await terraform.plan(VARIABLES);
    const before = await stored(bed);
    await terraform.apply();
    const left = await stored(bed);
    expect((await bed.call(SECRET, { method: 'PUT', body: JSON.stringify({ ...left, data: before.data }) })).status).toBe(200);
    await writeFile(join(bed.workspace.root, 'errored.tfstate'), stateIn(left));
    return { left: stateIn(left), terraform };
  };
  const SECRET = `/api/v1/namespaces/${BACKEND.namespace}/secrets/tfstate-default-acme-state`;
  const stored = async (bed: TerraformBed): Promise<{ data: { tfstate: string } }> => (await (await bed.call(SECRET)).json()) as { data: { tfstate: string } };
  const stateIn = ({ data }: { data: { tfstate: string } }): string => gunzipSync(Buffer.from(data.tfstate, 'base64')).toString();

  it('is brought home', async () => {
    const bed = await openTerraformBed();
    const { left, terraform } = await leave(bed);
    expect(await terraform.bringHomeLeftState()).toBe('saved');
    expect(JSON.parse(stateIn(await stored(bed)))).toMatchObject({ resources: (JSON.parse(left) as { resources: unknown[] }).resources });
    expect(await terraform.bringHomeLeftState()).toBe('none');
    expect(await terraform.plan(VARIABLES)).toMatchObject({ changes: [], needed: false });
  });

  it('is put aside where somebody else has finished the work since then', async () => {
    const bed = await openTerraformBed();
    const { left, terraform } = await leave(bed);
    const [block] = bed.cloud.ipBlocks.list();
    const other = bed.terraform({ workspace: await bed.anotherWorkspace() });
    await other.init(BACKEND);
    await other.plan(VARIABLES, 'apply', () => Promise.resolve({ 'module.address.ionoscloud_ipblock.this': block?.id ?? '' }));
    await other.apply();
    const before = await stored(bed);
    const home = await terraform.bringHomeLeftState();
    if (typeof home === 'string') throw new Error(home);
    expect(await readFile(home.asideIn, 'utf8')).toBe(left);
    expect(await stored(bed)).toEqual(before);
    expect(await terraform.bringHomeLeftState()).toBe('none');
    expect(await terraform.plan(VARIABLES)).toMatchObject({ changes: [], needed: false });
  });
});

describe('the workspace', () => {
  it('is a copy: nothing is ever written into the folder that the stacks come from', async () => {
    const before = await fingerprint(join(REPOSITORY, 'terraform'));
    const { terraform } = await initialised();
    await terraform.plan(VARIABLES);
    await terraform.apply();
    expect(await fingerprint(join(REPOSITORY, 'terraform'))).toBe(before);
  });

  it('has neither the tests nor what somebody else left in the source', async () => {
    const bed = await openTerraformBed();
    const files = await readdir(join(bed.workspace.root, '..'), { recursive: true });
    expect(files.filter((file) => /(^|\/)(tests|examples|\.terraform)(\/|$)|\.tfstate/.test(file))).toEqual([]);
    expect(files).toContain('tenant/main.tf');
    expect(files).toContain('modules/ip-address/main.tf');
  });

  it('is for its owner only, and the saved plan and the variables are gone when it is closed', async () => {
    const { bed, terraform } = await initialised();
    await terraform.plan(VARIABLES);
    for (const folder of [join(bed.folder, 'acme'), bed.workspace.work]) expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(bed.workspace.variablesFile)).mode & 0o777).toBe(0o600);
    expect((await readdir(bed.workspace.work)).sort()).toContain('saved.tfplan');
    await closeWorkspace(bed.workspace);
    expect((await readdir(bed.workspace.work)).filter((name) => /tfplan|tfvars/.test(name))).toEqual([]);
  });

  it('can be written to, even where the package cannot', async () => {
    const bed = await openTerraformBed();
    const original = join(bed.folder, 'package', 'terraform');
    for (const part of ['modules/ip-address', 'tenant']) {
      await mkdir(join(original, part), { recursive: true });
      await writeFile(join(original, part, 'main.tf'), '');
      await chmod(join(original, part, 'main.tf'), 0o444);
      await chmod(join(original, part), 0o555);
    }
    const copy = await openWorkspace(join(bed.folder, 'package'), join(bed.folder, 'from-read-only'), 'tenant');
    expect((await stat(copy.root)).mode & 0o200).toBe(0o200);
    expect((await stat(join(copy.root, 'main.tf'))).mode & 0o777).toBe(0o600);
  });

  it('follows the package when it is opened again: a file that is gone there is gone here', async () => {
    const bed = await openTerraformBed();
    await writeFile(join(bed.workspace.root, 'left-over.tf'), 'locals { old = true }');
    const again = await openWorkspace(REPOSITORY, join(bed.folder, 'acme'), 'tenant');
    expect(await readdir(again.root)).not.toContain('left-over.tf');
  });
});
