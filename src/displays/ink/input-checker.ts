import type { Question, QuestionContext, Answers } from '../../tenant/question-types.js';
import { refusalOf } from '../refusal.js';
import type { Interview } from '../display.js';
import type { InputCheck } from './wizard-view.js';

/** Nobody types slower than this without a pause. */
export const CHECK_PAUSE_MS = 250;

/** Asks the outside about input once its typing pauses, and never tells about input that has changed since. */
export class InputChecker {
  private pause: NodeJS.Timeout | undefined;
  /** Counts changes of the input. */
  private version = 0;

  constructor(
    private readonly interview: Pick<Interview, 'check'>,
    private readonly tell: (check: InputCheck | undefined) => void,
  ) {}

  /** The input is another one, or is not there any more. */
  forget(): void {
    this.version += 1;
    clearTimeout(this.pause);
  }

  /** Begins to wait for the pause, if the question is one that can be asked about and nothing seems to be missing. */
  changed(question: Question, text: string, { answers, context }: { answers: Partial<Answers>; context: QuestionContext }): void {
    this.forget();
    const { check } = this.interview;
    if (!check || !question.looksComplete) return;
    let value;
    try {
      value = question.parse(text, context);
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      return;
    }
    if (!question.looksComplete(value)) return;
    const mine = this.version;
    this.pause = setTimeout(() => void this.ask(mine, () => check(question.id, { ...answers, [question.id]: value })), CHECK_PAUSE_MS);
  }

  private async ask(mine: number, check: () => Promise<string>): Promise<void> {
    const tell = (result: InputCheck | undefined): void => {
      if (mine === this.version) this.tell(result);
    };
    tell({ state: 'checking', words: '' });
    try {
      tell({ state: 'accepted', words: await check() });
    } catch (error) {
      const words = refusalOf(error);
      // What is no answer's fault is told when the answer is handed in.
      tell(words === undefined ? undefined : { state: 'refused', words });
    }
  }
}
