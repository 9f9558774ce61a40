import { checkbox, confirm, input, password, select } from '@inquirer/prompts';
import type { Interrupts } from '../../engine/interrupts.js';
import type { Failure } from '../../engine/events.js';
import type { Proposal } from '../../engine/proposal.js';
import type { Answers, Question, QuestionContext, RawAnswer } from '../../tenant/question-types.js';
import { validate } from '../../tenant/questions.js';
import type { Interview, TypedConfirmation } from '../display.js';
import { factSentences } from '../facts.js';
import { failureLines } from '../failure-lines.js';
import { InterviewFlow, textOfAnswer } from '../interview-flow.js';
import { approvalQuestion, proposalFacts } from '../proposal-facts.js';

/** Ctrl-C inside a prompt, or the run's own signal. */
const isGivenUp = (error: unknown): boolean => error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');

export interface PromptOptions {
  interrupts: Interrupts;
  print: (line: string) => void;
  /** Whether this run is one on the sandbox; asked late, because the first question may decide it. */
  sandbox: () => boolean;
}

const hintOf = (hint: string | undefined): string => (hint === undefined ? '' : `: ${hint}`);

/** One question through the prompt of its kind. Validation is the question's own. */
const askOne = (question: Question, flow: InterviewFlow, signal: AbortSignal): Promise<RawAnswer> => {
  const { context } = flow;
  const suggestion = flow.suggestion(question);
  const check = (raw: RawAnswer): true | string => validate(question, raw, context) ?? true;
  const message = question.prompt;
  const choices = question.choices?.(context) ?? [];
  if (question.kind === 'select') {
    return select(
      {
        message,
        choices: choices.map((choice) => ({ value: choice.value, name: `${choice.label}${hintOf(choice.hint)}`, short: choice.label, ...(choice.disabled === undefined ? {} : { disabled: choice.disabled }) })),
        ...(suggestion === undefined ? {} : { default: suggestion as string }),
      },
      { signal },
    );
  }
  if (question.kind === 'multiselect') {
    const ticked = suggestion === undefined ? [] : Array.isArray(suggestion) ? (suggestion) : [suggestion];
    return checkbox(
      {
        message,
        choices: choices.map((choice) => ({ value: choice.value, name: `${choice.label}${hintOf(choice.hint)}`, short: choice.label, checked: ticked.includes(choice.value) })),
        validate: (chosen) => check(chosen.map((each) => each.value)),
      },
      { signal },
    );
  }
  if (question.kind === 'secret') return password({ message, mask: true, validate: check }, { signal });
  return input({ message, ...(suggestion === undefined ? {} : { default: textOfAnswer(suggestion) }), validate: check }, { signal });
};

const effectLines = (question: Question, raw: RawAnswer, context: QuestionContext): string[] => question.effect(question.parse(raw, context), context);

/** The same questions as in the wizard, one prompt after the other. Undefined when the person gave up. */
export const askPlainly = async (interview: Interview, { interrupts, print }: PromptOptions): Promise<Partial<Answers> | undefined> => {
  try {
    const flow = await InterviewFlow.start(interview);
    for (let question = flow.current; question; question = flow.current) {
      print(question.help);
      const { context } = flow;
      const raw = await askOne(question, flow, interrupts.signal);
      const refusal = await flow.submit(raw);
      if (refusal !== undefined) print(`Not accepted: ${refusal}`);
      else for (const line of effectLines(question, raw, context)) print(`${line}.`);
    }
    return flow.answers;
  } catch (error) {
    if (isGivenUp(error) || interrupts.signal.aborted) return undefined;
    throw error;
  }
};

const confirmPlainly = async (message: string, interrupts: Interrupts): Promise<boolean> => {
  try {
    return await confirm({ message, default: false }, { signal: interrupts.signal });
  } catch (error) {
    if (isGivenUp(error) || interrupts.signal.aborted) return false;
    throw error;
  }
};

/** The plan as sentences, and a yes or no; Enter is no. */
export const approvePlainly = (proposal: Proposal, { interrupts, print, sandbox }: PromptOptions): Promise<boolean> => {
  print(`This would create the tenant ${proposal.tenant.name}. Nothing has been changed yet.`);
  for (const line of factSentences(proposalFacts(proposal, sandbox()))) print(line);
  return confirmPlainly(approvalQuestion(proposal, sandbox()), interrupts);
};

/** What cannot be undone as sentences, and a text to type; anything else than exactly this text is a no. */
export const confirmTypedPlainly = async ({ title, facts, expected }: TypedConfirmation, { interrupts, print }: PromptOptions): Promise<boolean> => {
  print(`${title}? Nothing has been changed yet.`);
  for (const line of factSentences(facts)) print(line);
  try {
    return (await input({ message: `Type ${expected} to go on, anything else to stop:` }, { signal: interrupts.signal })) === expected;
  } catch (error) {
    if (isGivenUp(error) || interrupts.signal.aborted) return false;
    throw error;
  }
};

export const retryPlainly = (failure: Failure, { interrupts, print }: PromptOptions): Promise<boolean> => {
  for (const line of failureLines(failure)) print(line);
  return confirmPlainly('Try again with the same answers?', interrupts);
};
