import { describe, expect, it } from 'vitest';
import type { Interview } from '../../src/displays/display.js';
import { InterviewFlow } from '../../src/displays/interview-flow.js';
import type { Answers, QuestionContext, QuestionId } from '../../src/tenant/question-types.js';
import { questionContext } from '../tenant/support.js';

const PLATFORMS = [{ name: 'main', location: 'de/fra' }, { name: 'berlin', location: 'de/txl' }, { name: 'trial', location: 'adopted', isTrial: true }];

/** Knows two platforms and an adopted trial cluster; a tenant called `taken` lives on berlin. */
const interview = (changes: Partial<Interview> = {}, context: Partial<QuestionContext> = {}): Interview => ({
  given: {},
  learn: async (answers) => questionContext({ answers, hasModelToken: true, accountEmail: 'owner@acme.example', platforms: PLATFORMS, takenNames: answers.platform === 'berlin' ? ['taken'] : [], ...context }),
  ...changes,
});

const answered = async (flow: InterviewFlow, answers: Partial<Record<QuestionId, string>>): Promise<void> => {
  for (const [id, raw] of Object.entries(answers)) {
    expect(flow.current?.id).toBe(id);
    expect(await flow.submit(raw)).toBeUndefined();
  }
};

describe('back and forward', () => {
  it('keeps every later answer, and hands them in again as far as one was', async () => {
    const flow = await InterviewFlow.start(interview());
    await answered(flow, { platform: 'main', name: 'acme', displayName: 'Acme GmbH', preset: 'large', isolation: 'node-pool' });
    await flow.backTo('name');
    expect(flow.current?.id).toBe('name');
    expect(flow.canGoForward).toBe(true);
    await flow.submit('beta');
    await flow.forward();
    expect(flow.current?.id).toBe('wordpressAdminEmail');
    expect(flow.canGoForward).toBe(false);
    expect(flow.answers).toMatchObject({ platform: 'main', name: 'beta', displayName: 'Acme GmbH', preset: 'large', isolation: 'node-pool' });
  });

  it('lets an answer that was the default follow the default', async () => {
    const flow = await InterviewFlow.start(interview());
    await answered(flow, { platform: 'main', name: 'acme', displayName: 'acme', preset: 'small' });
    await flow.backTo('name');
    await flow.submit('beta');
    await flow.forward();
    expect(flow.answers.displayName).toBe('beta');
  });

  it('stops at an answer that an earlier change has made wrong, and says why', async () => {
    const flow = await InterviewFlow.start(interview());
    await answered(flow, { platform: 'main', name: 'taken', displayName: 'Acme' });
    await flow.backTo('platform');
    expect(await flow.submit('berlin')).toBeUndefined();
    await flow.forward();
    expect(flow.current?.id).toBe('name');
    expect(flow.outdated).toContain('The tenant taken exists already');
    expect(flow.suggestion(flow.current as never)).toBe('taken');
    await flow.submit('acme');
    await flow.forward();
    expect(flow.answers).toMatchObject({ platform: 'berlin', name: 'acme', displayName: 'Acme' });
    expect(flow.current?.id).toBe('preset');
  });

  it('stops at a choice that is not on offer any more', async () => {
    const flow = await InterviewFlow.start(interview());
    await answered(flow, { platform: 'main', name: 'acme', displayName: 'Acme', preset: 'small', isolation: 'node-pool' });
    await flow.backTo('platform');
    await flow.submit('trial');
    await flow.forward();
    expect(flow.current?.id).toBe('isolation');
    expect(flow.outdated).toBe('needs a cluster that IONOS manages');
  });

  it('does not hand in what was only tried out', async () => {
    const flow = await InterviewFlow.start(interview());
    await answered(flow, { platform: 'main', name: 'acme', displayName: 'Acme', preset: 'medium' });
    await flow.back();
    flow.keepDraft('large');
    await flow.back();
    await flow.submit('Acme');
    await flow.forward();
    expect(flow.current?.id).toBe('preset');
    expect(flow.suggestion(flow.current as never)).toBe('large');
  });

  it('keeps for a file what was answered before going back', async () => {
    const flow = await InterviewFlow.start(interview());
    await answered(flow, { platform: 'main', name: 'acme', displayName: 'Acme', preset: 'medium' });
    await flow.backTo('name');
    expect(flow.answersToKeep).toMatchObject({ platform: 'main', name: 'acme', displayName: 'Acme', preset: 'medium' });
    expect(flow.answers.name).toBeUndefined();
  });
});

describe('another round', () => {
  const earlier: Partial<Answers> = { platform: 'main', name: 'acme', displayName: 'Acme', preset: 'medium', isolation: 'namespace', wordpressAdminEmail: 'a@b.example', openwebuiAdminEmail: 'a@b.example', models: ['openai/gpt-oss-120b'], allow: ['10.0.0.0/8'] };

  it('stands at the last question, with all answers', async () => {
    const flow = await InterviewFlow.start(interview({ earlier }));
    expect(flow.current?.id).toBe('allow');
    expect(flow.suggestion(flow.current as never)).toEqual(['10.0.0.0/8']);
    await flow.forward();
    expect(flow.current).toBeUndefined();
    expect(flow.answers).toMatchObject(earlier);
  });

  it('asks nothing that was given', async () => {
    const flow = await InterviewFlow.start(interview({ given: { platform: 'main', name: 'acme' }, earlier }));
    expect(flow.path).not.toContain('platform');
    await flow.backTo('displayName');
    expect(await flow.back()).toBe(false);
  });

  it('stands at the first answer that has become wrong', async () => {
    const flow = await InterviewFlow.start(interview({ earlier: { ...earlier, platform: 'berlin', name: 'taken' } }));
    expect(flow.current?.id).toBe('name');
    expect(flow.canGoForward).toBe(true);
  });
});
