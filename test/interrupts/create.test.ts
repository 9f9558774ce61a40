import { afterAll, describe, it } from 'vitest';
import { every, HELM_AT_WORK, momentsOf, onPlatform, platformWithNeighbour, rotate, TERRAFORM_AT_WORK, title, WITH_TOOL, WITHOUT_TOOL } from '../support/interrupt-scenes.js';
import { survive } from '../support/interruption.js';

const neighbour = await platformWithNeighbour();
const { scene, events } = await onPlatform(neighbour);
const points = [...rotate(momentsOf(events), WITHOUT_TOOL, 1, 0), ...every(TERRAFORM_AT_WORK, WITH_TOOL, 8), ...rotate(HELM_AT_WORK, WITH_TOOL, 3, 0)];

afterAll(() => neighbour.close());

describe.concurrent('create on a platform', () => {
  it.each(points.map((point) => [title(point), point] as const))('%s', (_title, point) => survive(scene, point));
});
