import { afterAll, describe, it } from 'vitest';
import { momentsOf, onNothing, PLATFORM_AT_WORK, rotate, title, WITH_TOOL, WITHOUT_TOOL } from '../support/interrupt-scenes.js';
import { survive } from '../support/interruption.js';

/** Fast, but slow enough that terraform waits for what it makes. */
const SPEED = 8;

const { scene, events } = await onNothing();
const ofPlatform = momentsOf(events).filter(({ name }) => name.startsWith('onboard/platform'));
const points = [...rotate(ofPlatform, WITHOUT_TOOL, 1, 0), ...rotate(PLATFORM_AT_WORK, WITH_TOOL, 3, SPEED)];

let survived = 0;
afterAll(() => console.log(`interrupts survived: ${survived} of ${points.length}`));

describe.concurrent('create with its platform', () => {
  it.each(points.map((point) => [title(point), point] as const))('%s', async (_title, point) => {
    await survive(scene, point);
    survived += 1;
  });
});
