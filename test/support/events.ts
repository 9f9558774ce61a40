import { createEventBus, type EventBus } from '../../src/engine/bus.js';
import type { EngineEvent } from '../../src/engine/events.js';
import { createRedactor, type Redactor } from '../../src/engine/redact.js';

export interface RecordedBus {
  bus: EventBus;
  redactor: Redactor;
  events: EngineEvent[];
  /** The events of one type, in order. */
  of<Type extends EngineEvent['type']>(type: Type): Extract<EngineEvent, { type: Type }>[];
}

/** A bus that remembers what it carried. */
export const recordedBus = (): RecordedBus => {
  const redactor = createRedactor();
  const bus = createEventBus(redactor);
  const events: EngineEvent[] = [];
  bus.subscribe((event) => events.push(event));
  return {
    bus,
    redactor,
    events,
    of: <Type extends EngineEvent['type']>(type: Type) => events.filter((event): event is Extract<EngineEvent, { type: Type }> => event.type === type),
  };
};
