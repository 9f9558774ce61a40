import type { FleetPod, Health } from '../../../engine/fleet-view.js';
import type { StateLook, StateName, Theme } from '../theme.js';

const STATES: Record<Health, StateName> = { failed: 'failed', degraded: 'degraded', busy: 'running', ok: 'done', suspended: 'skipped' };

/** Icon and tone of a tenant's health; the word is chosen by who knows its phase. */
export const healthLook = (theme: Theme, health: Health): Pick<StateLook, 'icon' | 'tone'> => theme.state(STATES[health]);

export const podLook = (pod: FleetPod, theme: Theme): Pick<StateLook, 'icon' | 'tone'> => {
  if (pod.stuck) return theme.state('failed');
  if (pod.reason !== '') return theme.state('running');
  return pod.phase === 'Succeeded' ? theme.state('skipped') : theme.state('done');
};
