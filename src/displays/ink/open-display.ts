import type { Interrupts } from '../../engine/interrupts.js';
import type { Approval } from '../../engine/proposal.js';
import type { Answers } from '../../tenant/question-types.js';
import { factSentences } from '../facts.js';
import { refusalOf } from '../refusal.js';
import { failureLines } from '../failure-lines.js';
import { removalFacts } from '../removal-facts.js';
import { resultLines } from '../result-card.js';
import { workedMs } from '../task-summary.js';
import type { InteractiveDisplay } from '../display.js';
import { createPlayer, type Autoplay } from './autoplay.js';
import type { mount as Mount, Terminal } from './mount.js';
import { confirmOverflow } from './confirm-rows.js';
import { detailScroll } from './deploy-rows.js';
import { movedCursor } from './keys.js';
import { reviewOverflow, type ReviewView } from './review-rows.js';
import { DisplayStore } from './store.js';
import { editField, fieldOf, fieldText } from './text-field.js';
import { createTheme, wantsAscii, wantsColor } from './theme.js';
import type { WizardKey } from './choice-keys.js';

export interface InkDisplayOptions {
  /** False with `--no-color`. */
  color: boolean;
  interrupts: Interrupts;
  /** This process's, unless a test brings another. */
  terminal?: Terminal;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Answers by itself, for a demo. */
  autoplay?: Autoplay | undefined;
}

/**
 * Decides about colour before ink is loaded: its colour library looks at the environment once, when it is imported,
 * and does not know NO_COLOR.
 */
const loadInk = async (color: boolean): Promise<{ mount: typeof Mount }> => {
  process.env.FORCE_COLOR = color ? '2' : '0';
  // It was decided that a person is there. ink takes a set CI, even an empty one, for a machine, and would draw nothing.
  delete process.env.CI;
  return import('./mount.js');
};

/** The drawn front end: one ink instance from here to `close`. */
export const openInkDisplay = async ({ color, interrupts, terminal = process, now = Date.now, autoplay }: InkDisplayOptions): Promise<InteractiveDisplay> => {
  const colored = wantsColor(color, process.env);
  const theme = createTheme({ color: colored, ascii: wantsAscii(process.env) });
  const { mount } = await loadInk(colored);
  const store = new DisplayStore();
  const forgetPresses = interrupts.onPress((presses) => store.set({ presses }));

  /** Files that are shown rather than written: printed whole at the end. */
  const contents: string[] = [];

  let handle: ((input: string, key: WizardKey) => void) | undefined;
  /** Looking around in a run, which a failure that waits for an answer does not end. */
  const runKeys = (input: string, key: WizardKey): void => {
    const { run, screen, details, logs, finished, scroll } = store.get();
    if (input === 'd') return store.set({ details: !details, scroll: undefined });
    if (input === 'l') return store.set({ logs: !logs });
    if (!details) return;
    // Header and footer, unless the header has moved up, and the row that stays free.
    const size = { columns: stdout.columns || 80, rows: (stdout.rows || 24) - (store.get().history.length === 0 ? 5 : 3) };
    const at = detailScroll(run, { ...size, theme, now: now(), frame: '', details, logs, finished, scroll, ...(screen.kind === 'failed' ? { failure: screen.failure } : {}) });
    const moved = movedCursor(input, key, at.offset, at.most + 1, Math.max(1, size.rows - 2));
    if (moved !== undefined) store.set({ scroll: moved });
  };
  const onKey = (input: string, key: WizardKey): void => {
    // Over a slow line it may come together with other keys.
    if ((key.ctrl && input === 'c') || input.includes('\u0003')) return interrupts.press();
    (handle ?? runKeys)(input, key);
  };

  const { stdout } = terminal;
  const player = autoplay && createPlayer(autoplay, (input, key) => onKey(input, key));

  const ink = mount({ store, theme, onKey, now }, terminal);

  /** Puts a screen in front of the person until it is answered or Ctrl-C is pressed. */
  const inFront = <T>(cancelled: T, open: (answer: (value: T) => void, fail: (error: unknown) => void) => void): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        interrupts.signal.removeEventListener('abort', abort);
        handle = undefined;
        store.set({ screen: { kind: 'run' } });
      };
      const abort = (): void => {
        leave();
        resolve(cancelled);
      };
      if (interrupts.signal.aborted) return resolve(cancelled);
      interrupts.signal.addEventListener('abort', abort, { once: true });
      open(
        (value) => {
          leave();
          resolve(value);
        },
        (error) => {
          leave();
          if (interrupts.signal.aborted) resolve(cancelled);
          else reject(error);
        },
      );
    });

  /** What screens in front may take: the rest is header and footer. */
  const bodySize = (): { columns: number; rows: number } => ({ columns: stdout.columns || 80, rows: (stdout.rows || 24) - 5 });

  return {
    show: (event) => {
      if (event.type === 'file' && event.content !== undefined) contents.push(event.content);
      store.show(event);
    },
    ask: async (interview) => {
      const { Wizard } = await import('./wizard.js');
      return inFront<Partial<Answers> | undefined>(undefined, (answer, fail) => {
        if (interview.earlier !== undefined) store.planAnew();
        const wizard = new Wizard(interview, (view) => {
          store.set({ screen: { kind: 'wizard', view } });
          player?.seen(view);
        }, answer, fail);
        handle = (input, key) => wizard.onKey(input, key);
        // A session that is interrupted has nobody any more to tell about a check.
        interrupts.signal.addEventListener('abort', () => wizard.stop(), { once: true });
        void wizard.start();
      });
    },
    approve: (proposal, options = {}) =>
      inFront<Approval>('no', (answer) => {
        const { canGoBack = false, save } = options;
        let view: ReviewView = { proposal, scroll: 0, reminded: false, canGoBack, canSave: save !== undefined };
        let isOpen = true;
        const show = (change: Partial<ReviewView>): void => {
          view = { ...view, reminded: false, saved: undefined, ...change };
          if (isOpen) store.set({ screen: { kind: 'review', view } });
        };
        const say = (value: Approval): void => {
          isOpen = false;
          answer(value);
        };
        show({});
        player?.review();
        handle = (input, key) => {
          const furthest = reviewOverflow(view, store.get().run.sandbox, bodySize());
          const letter = key.ctrl && input !== 's' ? '' : input.toLowerCase();
          if (letter === 'y') say('yes');
          else if (letter === 'n') say('no');
          else if (key.escape || (canGoBack && letter === 'e')) say(canGoBack ? 'back' : 'no');
          else if (save && letter === 's') {
            void save().then(
              (path) => show({ saved: { text: `saved as ${path}, without secrets`, isDone: true } }),
              (error: unknown) => show({ saved: { text: refusalOf(error) ?? String(error), isDone: false } }),
            );
          } else if (key.downArrow || input === 'j') show({ scroll: Math.min(furthest, view.scroll + 1) });
          else if (key.upArrow || input === 'k') show({ scroll: Math.max(0, view.scroll - 1) });
          else show({ reminded: true });
        };
      }),
    confirmTyped: (confirmation) =>
      inFront(false, (answer) => {
        let view = { confirmation, field: fieldOf(''), scroll: 0 };
        const show = (change: Partial<typeof view>): void => {
          view = { ...view, ...change };
          store.set({ screen: { kind: 'confirm', view } });
        };
        show({});
        handle = (input, key) => {
          if (key.escape) return answer(false);
          if (key.downArrow) return show({ scroll: Math.min(confirmOverflow(view, bodySize()), view.scroll + 1) });
          if (key.upArrow) return show({ scroll: Math.max(0, view.scroll - 1) });
          const { field, submit } = editField(view.field, input, key);
          show({ field });
          // An Enter too many is no answer.
          if (submit && fieldText(field) !== '') answer(fieldText(field) === confirmation.expected);
        };
      }),
    retry: (failure) =>
      inFront(false, (answer) => {
        const { log } = store.get().run;
        store.set({ screen: { kind: 'failed', failure: { ...failure, ...(log === undefined ? {} : { log }) } } });
        handle = (input, key) => {
          if (/^r$/i.test(input)) {
            answer(true);
            store.startAgain();
          } else if (/^q$/i.test(input) || key.escape) answer(false);
          else runKeys(input, key);
        };
      }),
    close: async () => {
      player?.stop();
      forgetPresses();
      store.settle();
      const { run } = store.get();
      const { result } = run;
      // The last rows must have been drawn before the tree goes.
      await new Promise((resolve) => setImmediate(resolve));
      ink.unmount();
      await ink.waitUntilExit();
      for (const content of contents) stdout.write(`${content}\n`);
      if (!result) return;
      // Nobody was asked, so nobody has seen it.
      for (const { removal } of run.plans) if (removal && result.ok && !result.changed) stdout.write(`${factSentences(removalFacts(removal, run.sandbox)).join('\n')}\n`);
      // Plain writes, so that the terminal wraps them itself and a copied command or URL stays whole.
      const lines = result.ok ? resultLines(result, workedMs(run, now())).slice(1) : failureLines(result.error);
      (result.ok || stdout !== process.stdout ? stdout : process.stderr).write(`${lines.join('\n')}\n`);
    },
  };
};
