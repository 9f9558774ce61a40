import type { EngineEvent } from '../../src/engine/events.js';
import { newOperator, type Operator } from './cli.js';
import { eventIs, undisturbed, WITHOUT_TOOL, type Moment, type Point, type Scene, type Way } from './interruption.js';

const create = (name: string): string[] => ['create', name, '--yes', '--sandbox', '--json'];
const escaped = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[.[\]"/]/g, '\\$&')}$`);

/** A platform on which another tenant lives; each point begins with a copy of it. */
export const platformWithNeighbour = async (): Promise<Operator> => {
  const operator = await newOperator();
  const { result } = await operator.run(create('globex'));
  if (!result.ok) throw new Error(`the neighbour failed: ${JSON.stringify(result.error)}`);
  await operator.halt();
  return operator;
};

/** `create` on that platform. */
export const onPlatform = async (from: Operator): Promise<{ scene: Scene; events: EngineEvent[] }> => {
  const scene = { from, args: create('acme'), others: ['globex'] };
  const { events, endState } = await undisturbed(scene);
  return { scene: { ...scene, expected: endState }, events };
};

/** `create` on a machine on which nothing is: it makes the platform first. */
export const onNothing = async (): Promise<{ scene: Scene; events: EngineEvent[] }> => {
  const scene = { args: create('acme'), others: [] };
  const { events, endState } = await undisturbed(scene);
  return { scene: { ...scene, expected: endState }, events };
};

/** Every beginning and end of a task in a run, once. */
export const momentsOf = (events: EngineEvent[]): Moment[] => {
  const names = new Set(events.flatMap((event) => (event.type === 'task' && (event.state === 'started' || event.state === 'done') ? [`${event.task} ${event.state}`] : [])));
  return [...names].map((name) => {
    const [task = '', state = ''] = name.split(' ');
    return { name, event: eventIs(escaped(task), state) };
  });
};

/** Pairs each moment with the next `count` ways, so that all ways are used about as often. */
export const rotate = (moments: Moment[], ways: readonly Way[], count: number, speed: number): Point[] =>
  moments.flatMap((moment, index) => Array.from({ length: count }, (_, each) => ({ moment, way: ways[(index * count + each) % ways.length] as Way, speed })));

export const every = (moments: Moment[], ways: readonly Way[], speed: number): Point[] => moments.flatMap((moment) => ways.map((way) => ({ moment, way, speed })));

export const title = ({ moment, way }: Point): string => `${way} at ${moment.name}`;

export { WITHOUT_TOOL };
