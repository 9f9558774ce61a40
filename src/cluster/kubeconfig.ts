import { KubeConfig } from '@kubernetes/client-node';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { usageError } from '../engine/errors.js';

/** One context of somebody's kubeconfig, with nothing else in it. */
export interface KubeContext {
  /** Absolute path of the file that it is from. */
  path: string;
  context: string;
  server: string;
  /** A kubeconfig with this one context, paths made absolute. A secret: keep it in a 0600 file, remove it after the run. */
  text: string;
}

const unusable = (path: string, why: string, next: string): Error => usageError({ code: 'kubeconfig', what: `the kubeconfig ${path} cannot be used`, why, next: [next] });

/**
 * Reads one context (the current one, unless named) of a kubeconfig file.
 * Throws InstallerError `kubeconfig` (exit code 2) when the file, the context or its server is missing.
 */
export const readKubeContext = async (file: string, wanted?: string): Promise<KubeContext> => {
  const path = resolve(file);
  const config = new KubeConfig();
  try {
    config.loadFromString(await readFile(path, 'utf8'));
  } catch (error) {
    throw unusable(path, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error), 'Give the path of a kubeconfig with --kubeconfig.');
  }
  config.makePathsAbsolute(dirname(path));
  const name = wanted ?? config.getCurrentContext();
  const context = config.getContextObject(name);
  const known = config.getContexts().map((each) => each.name);
  if (!context) throw unusable(path, wanted === undefined ? 'it has no current context' : `it has no context ${wanted}`, `Name one with --context: ${known.join(', ') || 'there is none'}.`);
  const cluster = config.getCluster(context.cluster);
  if (!cluster?.server) throw unusable(path, `its context ${name} names no server`, `Name another one with --context: ${known.join(', ')}.`);
  const user = config.getUser(context.user);
  const alone = new KubeConfig();
  alone.loadFromOptions({ clusters: [cluster], users: user ? [user] : [], contexts: [context], currentContext: name });
  return { path, context: name, server: cluster.server, text: alone.exportConfig() };
};
