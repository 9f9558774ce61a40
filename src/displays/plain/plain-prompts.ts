import { checkbox, confirm, input, password, select } from '@inquirer/prompts';
import type { Interrupts } from '../../engine/interrupts.js';
import type { Failure } from '../../engine/events.js';
import type { Approval, Proposal } from '../../engine/proposal.js';
import type { Answers, Question, QuestionContext, QuestionId, RawAnswer } from '../../tenant/question-types.js';
import { validate } from '../../tenant/validate-answer.js';
import { labelOf, shownAnswer, textOfAnswer } from '../answer-words.js';
import { refusalOf } from '../refusal.js';
import type { ApprovalOptions, Interview, TypedConfirmation } from '../display.js';
import { factSentences } from '../facts.js';
import { failureLines } from '../failure-lines.js';
import { InterviewFlow } from '../interview-flow.js';
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
  // It can be shown with ctrl+t unless that is switched off; and what was typed leaves no rows of stars behind.
  if (question.kind === 'secret') return password({ message, mask: true, toggleMask: false, validate: check, theme: { style: { answer: () => '********' } } }, { signal });
  return input({ message, ...(suggestion === undefined ? {} : { default: textOfAnswer(suggestion) }), validate: check }, { signal });
};

const consequencesOf = (question: Question, raw: RawAnswer, context: QuestionContext): { effect: string[]; warnings: string[] } => {
  const value = question.parse(raw, context);
  return { effect: question.effect(value, context), warnings: question.warnings?.(value, context) ?? [] };
};

/** Which of the answers is to be changed; undefined: none of them, so that it is planned with what there is. */
const chooseAnswer = (flow: InterviewFlow, signal: AbortSignal): Promise<QuestionId | undefined> =>
  select<QuestionId | undefined>(
    {
      message: 'Which answer should change?',
      choices: [
        ...flow.path.map((id) => ({ value: id, name: `${labelOf(id)}: ${shownAnswer(id, flow.answers[id] ?? '')}`, short: labelOf(id) })),
        { value: undefined, name: 'none: show the plan', short: 'none' },
      ],
    },
    { signal },
  );

/** Asks what is open; what was answered ahead and is still right is not asked again. */
const askOpen = async (flow: InterviewFlow, { interrupts, print }: PromptOptions): Promise<void> => {
  for (let question = flow.current; question; question = flow.current) {
    if (flow.outdated !== undefined) print(`To be answered again: ${flow.outdated}`);
    print(question.help);
    const { context } = flow;
    const raw = await askOne(question, flow, interrupts.signal);
    const refusal = await flow.submit(raw);
    if (refusal !== undefined) {
      print(`Not accepted: ${refusal}`);
      continue;
    }
    const { effect, warnings } = consequencesOf(question, raw, context);
    for (const line of effect) print(`${line}.`);
    for (const line of warnings) print(`Warning: ${line}.`);
    await flow.forward();
  }
};

/** The same questions as in the wizard, one prompt after the other. Undefined when the person gave up. */
export const askPlainly = async (interview: Interview, options: PromptOptions): Promise<Partial<Answers> | undefined> => {
  const { interrupts, print } = options;
  try {
    if (interview.because !== undefined) print(`Not possible like this: ${interview.because}`);
    const flow = await InterviewFlow.start(interview);
    if (interview.earlier !== undefined) {
      await flow.forward();
      const changed = flow.current ? undefined : await chooseAnswer(flow, interrupts.signal);
      if (changed !== undefined) await flow.backTo(changed);
    }
    await askOpen(flow, options);
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

/** The plan as sentences, and what is to become of it; Enter changes nothing. */
export const approvePlainly = async (proposal: Proposal, offered: ApprovalOptions, { interrupts, print, sandbox }: PromptOptions): Promise<Approval> => {
  print(`This would ${proposal.operation} the tenant ${proposal.tenant.name}. Nothing has been changed yet.`);
  for (const line of factSentences(proposalFacts(proposal, sandbox()))) print(line);
  const message = approvalQuestion(proposal, sandbox());
  const { canGoBack = false, save } = offered;
  if (!canGoBack && !save) return (await confirmPlainly(message, interrupts)) ? 'yes' : 'no';
  const choices = [
    { value: 'no' as const, name: 'no, change nothing', short: 'no' },
    { value: 'yes' as const, name: 'yes', short: 'yes' },
    ...(canGoBack ? [{ value: 'back' as const, name: 'change an answer', short: 'change an answer' }] : []),
    ...(save ? [{ value: 'save' as const, name: 'save the answers as a file', short: 'save' }] : []),
  ];
  try {
    for (;;) {
      const answer = await select<Approval | 'save'>({ message, choices, default: 'no' }, { signal: interrupts.signal });
      if (answer !== 'save') return answer;
      await save?.().then((path) => print(`Saved as ${path}, without secrets.`), (error: unknown) => print(`Not saved: ${refusalOf(error) ?? String(error)}`));
    }
  } catch (error) {
    if (isGivenUp(error) || interrupts.signal.aborted) return 'no';
    throw error;
  }
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
