import { afterAll, describe, it } from 'vitest';
import { deleting, momentsOf, platformWithNeighbour, platformWithTenant, rotate, title, updating, WITHOUT_TOOL } from '../support/interrupt-scenes.js';
import { survive } from '../support/interruption.js';

const neighbour = await platformWithNeighbour();
const tenant = await platformWithTenant(neighbour);
/** Looking changes nothing; what changes something is interrupted. */
const changing = (name: string): boolean => !name.includes('/preflight');
const points = (await Promise.all([updating(tenant), deleting(tenant)])).flatMap(({ scene, events }) =>
  rotate(momentsOf(events).filter(({ name }) => changing(name)), WITHOUT_TOOL, 1, 0).map((point) => ({ scene, point })),
);

let survived = 0;
afterAll(async () => {
  console.log(`interrupts survived: ${survived} of ${points.length}`);
  await Promise.all([neighbour.close(), tenant.close()]);
});

describe.concurrent('update and delete', () => {
  it.each(points.map((each) => [title(each.point), each] as const))('%s', async (_title, { scene, point }) => {
    await survive(scene, point);
    survived += 1;
  });
});
