import type { EngineEvent, Failure } from '../engine/events.js';
import type { Approval, Proposal } from '../engine/proposal.js';
import type { Answers, QuestionContext, QuestionId } from '../tenant/question-types.js';
import type { Fact } from './facts.js';

/** Shows a run. A display only folds events; it never knows what an operation does inside. */
export interface Display {
  show(event: EngineEvent): void;
  /** Resolves when everything is written and the terminal is as it was. */
  close(): Promise<void>;
}

/** Where a display gets what questions depend on. */
export interface Interview {
  /** Answers that flags, file and environment gave already; these are not asked. */
  given: Readonly<Partial<Answers>>;
  /** Ask only what has no default, as with `--yes`. */
  onlyMissing?: boolean;
  /** Ask only these questions. */
  only?: readonly QuestionId[];
  /**
   * What is known with these answers. Called at the start and after each answer; may take time (it asks the cloud).
   * Throws SpecProblem or InstallerError when the outside refuses an answer, which is then asked again with that reason.
   */
  learn(answers: Readonly<Partial<Answers>>): Promise<QuestionContext>;
  /** Answers of an earlier round, from which somebody has come back: all of them can be changed. */
  earlier?: Readonly<Partial<Answers>>;
  /** Why these have to be changed, where it was not the person who wanted to. */
  because?: string;
  /**
   * Asks the outside about an answer that is still being typed, and says in a few words what it is: `contract 31234567, owner …`.
   * Throws InstallerError when it is refused.
   */
  check?(id: QuestionId, answers: Readonly<Partial<Answers>>): Promise<string>;
  /** Writes what is answered so far as a tenant's file, without secrets, and returns its path. Throws InstallerError. */
  save?(answers: Readonly<Partial<Answers>>): Promise<string>;
}

/** What a person can do with a plan besides saying yes or no. */
export interface ApprovalOptions {
  /** There are questions to go back to. */
  canGoBack?: boolean;
  /** Writes the tenant's file and returns its path. Throws InstallerError. */
  save?(): Promise<string>;
}

/** Something that cannot be undone: what it does, and what has to be typed before it is done. */
export interface TypedConfirmation {
  /** `Remove acme for good`. */
  title: string;
  facts: readonly Fact[];
  /** The very text that has to be typed. */
  expected: string;
}

/** A display with a person in front of it. */
export interface InteractiveDisplay extends Display {
  /** Asks what is open, in order. Undefined when the person gave up. */
  ask(interview: Interview): Promise<Partial<Answers> | undefined>;
  /** Shows what would happen and asks for an explicit yes; `back` is only answered where that is possible. */
  approve(proposal: Proposal, options?: ApprovalOptions): Promise<Approval>;
  /** Shows what cannot be undone; true only when exactly the expected text was typed. */
  confirmTyped(confirmation: TypedConfirmation): Promise<boolean>;
  /** Shows why it stopped and asks whether to try again with the same answers. */
  retry(failure: Failure): Promise<boolean>;
}

export const isInteractive = (display: Display): display is InteractiveDisplay => 'ask' in display;
