import type { Health } from '../../../engine/fleet-view.js';
import type { StateLook, StateName, Theme } from '../theme.js';

const STATES: Record<Health, StateName> = { failed: 'failed', degraded: 'degraded', busy: 'running', ok: 'done', suspended: 'skipped' };

/** Icon and tone of a tenant's health; the word is chosen by who knows its phase. */
export const healthLook = (theme: Theme, health: Health): Pick<StateLook, 'icon' | 'tone'> => theme.state(STATES[health]);
