/** The tools that this product runs, pinned. */
export interface ToolPin {
  name: 'terraform' | 'helm';
  /** What is installed when nothing fitting is found. */
  version: string;
  /** Oldest version that is accepted from PATH. */
  minimum: string;
  /** First version that is no longer accepted. */
  below: string;
}

export const TERRAFORM: ToolPin = {
  name: 'terraform',
  version: '1.11.4',
  // 1.11 brought override_during, write-only arguments and the test features that our modules' tests use.
  minimum: '1.11.0',
  below: '2.0.0',
};

export const HELM: ToolPin = {
  name: 'helm',
  version: '4.3.1',
  // 3.13 brought --labels, by which a release carries the digest of what it was made from.
  minimum: '3.13.0',
  below: '5.0.0',
};

/** Compares two dotted versions; a pre-release counts as its release. Returns a negative number, 0 or a positive one. */
export const compareVersions = (a: string, b: string): number => {
  const parts = (version: string): number[] => (version.replace(/^v/, '').split(/[-+]/)[0] ?? '').split('.').map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

export const isAccepted = (pin: ToolPin, version: string): boolean =>
  compareVersions(version, pin.minimum) >= 0 && compareVersions(version, pin.below) < 0;
