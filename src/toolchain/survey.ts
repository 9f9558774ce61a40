import { findTool, type Found } from './find.js';
import { compareVersions, type ToolPin } from './tools.js';

/** What this machine has of a tool, and which of it the next command uses. */
export interface SurveyedTool {
  name: ToolPin['name'];
  /** Null, like `path` and `source`, where none fits. */
  version: string | null;
  path: string | null;
  source: Found['source'] | null;
  /** The version that we install; what is found may be another that we accept. */
  pinned: string;
  /** `1.11.0 or newer, below 2.0.0`. */
  accepted: string;
  /** Whether what it was installed from was compared with what its makers published. What is on PATH is somebody else's to answer for. */
  verified: boolean;
  /** Binaries that were found first and are not used. */
  refused: { path: string; version: string; why: string }[];
}

export const acceptedRange = (pin: ToolPin): string => `${pin.minimum} or newer, below ${pin.below}`;

const whyRefused = (pin: ToolPin, version: string): string => {
  if (version === 'unknown') return 'does not run, or does not say its version';
  return compareVersions(version, pin.minimum) < 0 ? `older than ${pin.minimum}` : `not tried with ${pin.below} or newer`;
};

/** Looks on PATH and in our cache; installs nothing. */
export const surveyTool = async (pin: ToolPin, env: Readonly<Record<string, string>>, cacheDir: string): Promise<SurveyedTool> => {
  const { found, refused } = await findTool(pin, env, cacheDir);
  return {
    name: pin.name,
    version: found?.version ?? null,
    path: found?.path ?? null,
    source: found?.source ?? null,
    pinned: pin.version,
    accepted: acceptedRange(pin),
    // Nothing comes into the cache without it.
    verified: found?.source === 'cache',
    refused: refused.map(({ path, version }) => ({ path, version, why: whyRefused(pin, version) })),
  };
};
