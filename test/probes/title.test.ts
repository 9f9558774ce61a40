import { describe, expect, it } from 'vitest';
import { readTitle } from './title.js';

describe('the title of a test', () => {
  it.each([
    ['an attempt', ['pods', 'P9 refuses a privileged container'], ['P9'], { refused: true, positiveControl: false, red: false }],
    ['several', ['P11, P12 and P13 refuse the node'], ['P11', 'P12', 'P13'], { refused: true, positiveControl: false, red: false }],
    ['one from a table', ["'P9' refuses a privileged container"], ['P9'], { refused: true, positiveControl: false, red: false }],
    ['a control within', ['P9 refuses one, and takes its twin (positive control)'], ['P9'], { refused: true, positiveControl: true, red: false }],
    ['a control alone', ['P9 positive control: an open namespace takes it'], ['P9'], { refused: false, positiveControl: true, red: false }],
    ['a missing control', ['P9 red with its control removed: it is taken'], ['P9'], { refused: false, positiveControl: false, red: true }],
    ['what the group around it is about', ['P21 small objects', 'positive control: a few are taken'], ['P21'], { refused: false, positiveControl: true, red: false }],
  ])('says of %s', (_what, titles, ids, shows) => {
    expect(readTitle(titles)).toEqual({ ids, shows });
  });

  it.each(['P95 rises by a tenth', 'Pods start', 'P9', 'refuses P9 as well'])('does not take "%s" for more than it is', (title) => {
    expect(readTitle([title]).ids).toEqual(title.startsWith('P95') ? ['P95'] : []);
  });
});
