import { describe, it } from 'vitest';
import { momentsOf, onNothing, PLATFORM_AT_WORK, rotate, title, WITH_TOOL, WITHOUT_TOOL } from '../support/interrupt-scenes.js';
import { survive } from '../support/interruption.js';

/** Fast, but slow enough that terraform waits for what it makes. */
const SPEED = 8;

const { scene, events } = await onNothing();
const ofPlatform = momentsOf(events).filter(({ name }) => name.startsWith('onboard/platform'));
const points = [...rotate(ofPlatform, WITHOUT_TOOL, 1, 0), ...rotate(PLATFORM_AT_WORK, WITH_TOOL, 3, SPEED)];

describe.concurrent('create with its platform', () => {
  it.each(points.map((point) => [title(point), point] as const))('%s', (_title, point) => survive(scene, point));
});
