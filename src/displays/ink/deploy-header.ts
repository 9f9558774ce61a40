import type { RunState } from '../../engine/run-state.js';

/** What a run is about, left to right: which operation it is where it is not an onboarding, on what, and how it is made. */
export const aboutRun = ({ operation, tenant, platform, preset, isolation }: RunState): string[] => {
  if (operation === 'platform-delete') return [`delete platform ${platform ?? ''}`.trim()];
  if (operation === 'platform-adopt') return [`adopt platform ${platform ?? ''}`.trim()];
  if (operation === 'tools') return ['tools'];
  const verb = operation === 'update' || operation === 'delete' ? `${operation} ` : '';
  return [`${verb}${tenant ?? ''}`.trim(), preset ?? '', isolation ?? ''];
};
