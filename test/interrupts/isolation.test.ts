import { afterAll, describe, it } from 'vitest';
import { LEAVING_AT_WORK, momentsOf, movingBack, movingToOwn, OWN_NODES_AT_WORK, platformWithNeighbour, platformWithOwnNodes, platformWithTenant, rotate, title, WITH_TOOL, WITHOUT_TOOL } from '../support/interrupt-scenes.js';
import { survive } from '../support/interruption.js';

const neighbour = await platformWithNeighbour();
const tenant = await platformWithTenant(neighbour);
const alone = await platformWithOwnNodes(tenant);
/** Steps whose order only a move has; all others are interrupted with `create` and `update`. */
const ofAMove = (name: string): boolean => /^update\/((infrastructure|guard-rails) |(applications|own-nodes) started)/.test(name);
const points = [
  { ...(await movingToOwn(tenant)), atWork: rotate(OWN_NODES_AT_WORK, ['both', 'SIGKILL, repeated at once', 'SIGINT', 'tool'], 2, 0) },
  { ...(await movingBack(alone)), atWork: rotate(LEAVING_AT_WORK, WITH_TOOL, 2, 0) },
].flatMap(({ scene, events, atWork }) => [...rotate(momentsOf(events).filter(({ name }) => ofAMove(name)), WITHOUT_TOOL, 1, 0), ...atWork].map((point) => ({ scene, point })));

afterAll(async () => {
  await Promise.all([neighbour.close(), tenant.close(), alone.close()]);
});

describe.concurrent('a move between shared and own nodes', () => {
  it.each(points.map((each) => [title(each.point), each] as const))('%s', (_title, { scene, point }) => survive(scene, point));
});
