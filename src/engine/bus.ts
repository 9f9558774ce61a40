import type { EngineEvent, UnstampedEvent } from './events.js';
import type { Redactor } from './redact.js';

export type Listener = (event: EngineEvent) => void;

/** Carries every event of a run, stamped and redacted once, to whoever listens. */
export interface EventBus {
  emit(event: UnstampedEvent): void;
  subscribe(listener: Listener): () => void;
}

/** `type` and `at` stand first, so that a line of NDJSON can be read from its left end. */
const stamp = (event: UnstampedEvent, at: Date): EngineEvent => {
  const { type, ...rest } = event;
  return { type, at: at.toISOString(), ...rest } as EngineEvent;
};

export const createEventBus = (redactor: Redactor, now: () => Date = () => new Date()): EventBus => {
  const listeners = new Set<Listener>();
  return {
    emit(event) {
      const stamped = redactor.redactValue(stamp(event, now()));
      for (const listener of listeners) listener(stamped);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
