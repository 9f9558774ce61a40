/** One thing that is wrong with an input, with its place where there is one. */
export interface SpecIssue {
  /** Dotted path in the file, for example `openwebui.models`; empty for the file as a whole. */
  path: string;
  /** The sentence for a person, without place. */
  message: string;
  /** 1-based line in the file. */
  line?: number;
  /** 1-based column in the file. */
  column?: number;
}

export interface SpecProblemOptions {
  code: string;
  what: string;
  why: string;
  next?: string[];
  path?: string;
  line?: number;
  issues?: SpecIssue[];
}

/**
 * Input that the domain refuses. Nothing was changed. The command line turns it into an error with exit code 2;
 * `what`, `why` and `next` are ready to be shown.
 */
export class SpecProblem extends Error {
  /** Stable identifier for scripts, for example `name-reserved`. */
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly next: string[];
  /** Path of the first issue. */
  readonly path: string | undefined;
  /** Line of the first issue. */
  readonly line: number | undefined;
  /** Everything that was found, at least one entry. */
  readonly issues: readonly SpecIssue[];

  constructor(options: SpecProblemOptions) {
    super(`${options.what}: ${options.why}`);
    this.name = 'SpecProblem';
    this.code = options.code;
    this.what = options.what;
    this.why = options.why;
    this.next = options.next ?? [];
    const first = options.issues?.[0];
    this.path = options.path ?? first?.path;
    this.line = options.line ?? first?.line;
    this.issues = options.issues ?? [
      {
        path: options.path ?? '',
        message: options.why,
        ...(options.line === undefined ? {} : { line: options.line }),
      },
    ];
  }
}
