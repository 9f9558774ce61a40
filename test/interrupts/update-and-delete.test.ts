import { afterAll, describe, it } from 'vitest';
import { deleting, HELM_AT_WORK, momentsOf, platformWithNeighbour, platformWithTenant, REMOVAL_AT_WORK, rotate, title, updating, WITH_TOOL, WITHOUT_TOOL } from '../support/interrupt-scenes.js';
import { survive } from '../support/interruption.js';

const neighbour = await platformWithNeighbour();
const tenant = await platformWithTenant(neighbour);
/** Looking changes nothing; what changes something is interrupted. */
const changing = (name: string): boolean => !name.includes('/preflight');
const points = [
  { ...(await updating(tenant)), atWork: rotate(HELM_AT_WORK, WITH_TOOL, 1, 0) },
  { ...(await deleting(tenant)), atWork: rotate(REMOVAL_AT_WORK, WITH_TOOL, 2, 0) },
].flatMap(({ scene, events, atWork }) => [...rotate(momentsOf(events).filter(({ name }) => changing(name)), WITHOUT_TOOL, 1, 0), ...atWork].map((point) => ({ scene, point })));

afterAll(async () => {
  await Promise.all([neighbour.close(), tenant.close()]);
});

describe.concurrent('update and delete', () => {
  it.each(points.map((each) => [title(each.point), each] as const))('%s', (_title, { scene, point }) => survive(scene, point));
});
