import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Stage } from './stage.js';

/** Exit codes of `plan -detailed-exitcode`. */
const UNCHANGED = 0;
const CHANGES = 2;

export interface PlannedChange {
  address: string;
  change: { actions: string[]; after: Record<string, unknown> | null };
}

export type Inputs = Record<string, unknown>;

/** A root module with a state of its own, as the command line runs it: variables by file, a saved plan, an apply of that plan. */
export class Stack {
  readonly #stage: Stage;
  readonly #folder: string;
  readonly #name: string;

  constructor(stage: Stage, folder: string, name: string) {
    this.#stage = stage;
    this.#folder = folder;
    this.#name = name;
  }

  async #run(...args: string[]): Promise<string> {
    const { exitCode, stdout, output } = await this.#stage.terraform(this.#folder, ...args);
    expect(exitCode, `terraform ${args.join(' ')}\n${output}`).toBe(0);
    return stdout;
  }

  async init(): Promise<this> {
    // The tenant's own backend needs a cluster; which backend holds a state makes no difference to what is planned.
    await writeFile(join(this.#stage.root, this.#folder, 'backend_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
    await this.#run('init', '-no-color', '-reconfigure', `-backend-config=path=${this.#name}.tfstate`);
    return this;
  }

  async plan(inputs: Inputs, ...options: string[]): Promise<{ exitCode: number | null; output: string; changes: Record<string, string> }> {
    const file = join(this.#stage.root, this.#folder, `${this.#name}.tfvars.json`);
    await writeFile(file, JSON.stringify(inputs));
    const { exitCode, output } = await this.#stage.terraform(
      this.#folder, 'plan', '-no-color', '-input=false', '-detailed-exitcode', `-var-file=${file}`, `-out=${this.#name}.tfplan`, ...options,
    );
    const planned = exitCode === UNCHANGED || exitCode === CHANGES ? await this.planned() : [];
    const changes = planned
      .map(({ address, change }) => [address, change.actions.join('/')])
      .filter(([, action]) => action !== 'no-op');
    return { exitCode, output, changes: Object.fromEntries(changes) as Record<string, string> };
  }

  /** The resources of the plan that was made last. */
  async planned(): Promise<PlannedChange[]> {
    const json = JSON.parse(await this.#run('show', '-json', `${this.#name}.tfplan`)) as { resource_changes?: PlannedChange[] };
    return (json.resource_changes ?? []).filter(({ change }) => change.actions.join() !== 'read');
  }

  /** Plans, applies the saved plan, and expects a second plan to be empty. Returns the outputs. */
  async converge(inputs: Inputs, ...options: string[]): Promise<Record<string, unknown>> {
    const { exitCode, output } = await this.plan(inputs, ...options);
    expect(exitCode, output).toBe(CHANGES);
    await this.#run('apply', '-no-color', '-input=false', `${this.#name}.tfplan`);
    const outputs = await this.outputs();
    const again = await this.plan(inputs, ...options);
    expect(again.exitCode, again.output).toBe(UNCHANGED);
    return outputs;
  }

  async outputs(): Promise<Record<string, unknown>> {
    const json = JSON.parse(await this.#run('output', '-json')) as Record<string, { value: unknown; sensitive: boolean }>;
    return Object.fromEntries(Object.entries(json).map(([name, { value }]) => [name, value]));
  }

  async destroy(inputs: Inputs, ...options: string[]): Promise<void> {
    await this.plan(inputs, '-destroy', ...options);
    await this.#run('apply', '-no-color', '-input=false', `${this.#name}.tfplan`);
    expect(JSON.parse(await this.#run('show', '-json'))).not.toHaveProperty('values');
  }
}

/** What a node of these tests is made of. */
export const pool = { node_count: 2, server_type: 'VCPU', cores_count: 4, ram_size: 16384 };

/** Inputs of the smallest platform. */
export const starter = { platform: 'starter', location: 'de/txl', k8s_version: '1.34.4', node_pools: { shared: pool } };

/** The ids of everything in the cloud that costs money or grants a right. */
export const left = ({ cloud }: Stage): string[] => {
  const state = cloud.snapshot();
  const kinds = [state.datacenters, state.lans, state.ipBlocks, state.clusters, state.nodePools, state.groups, state.shares, state.buckets];
  return kinds.flatMap((kind) => Object.keys(kind));
};
