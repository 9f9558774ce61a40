import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { claimNames } from './scheduling.js';

/**
 * How long a pod takes from creation to ready, in milliseconds at speed 1. Real ones take ten times as long: these are made for a demo.
 * By the label app.kubernetes.io/name.
 */
const TOTAL_MS: Record<string, number> = { mariadb: 3000, wordpress: 4000, openwebui: 6000, gateway: 1000, 'model-gateway': 1000 };
const DEFAULT_MS = 1000;

export type Phase = 'schedule' | 'volumes' | 'init-pull' | 'init-run' | 'pull' | 'readiness' | 'work';

/** What share of the whole each phase has. A pod without volumes or init containers spends the time on the others. */
const WEIGHTS: Record<Phase, number> = { schedule: 0.3, volumes: 1, 'init-pull': 0.5, 'init-run': 1, pull: 2, readiness: 2, work: 2 };

/** The time that one phase of this pod takes, in milliseconds at speed 1. */
export const phaseMs = (pod: KubeObject, phase: Phase): number => {
  const inits = ((pod.spec?.initContainers ?? []) as Loose[]).length;
  const total =
    WEIGHTS.schedule + WEIGHTS.pull + WEIGHTS.readiness +
    (claimNames(pod).length > 0 ? WEIGHTS.volumes : 0) +
    inits * (WEIGHTS['init-pull'] + WEIGHTS['init-run']);
  const name = pod.metadata.labels?.['app.kubernetes.io/name'] ?? '';
  return Math.round(((TOTAL_MS[name] ?? DEFAULT_MS) * WEIGHTS[phase]) / total);
};

/** A pod that is told to stop does so faster than its grace period, in milliseconds at speed 1. */
export const STOP_MS = 500;

/** The pause before the n-th restart of a crashing container: 10 s, doubled each time, at most 5 minutes, as the kubelet does. */
export const restartDelayMs = (restarts: number): number => Math.min(10_000 * 2 ** Math.max(0, restarts - 1), 300_000);

/** A container that keeps crashing is left alone after this many restarts, so that a clock without delays comes to rest. */
export const MOST_RESTARTS = 5;
