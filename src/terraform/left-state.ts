/** terraform's state file, as far as we read it. */
interface StateFile {
  serial?: number;
  lineage?: string;
  resources?: { module?: string; mode?: string; type?: string; name?: string; instances?: { index_key?: string | number; attributes?: { id?: unknown } | null }[] }[];
}

const parse = (text: string): StateFile | undefined => {
  try {
    return JSON.parse(text) as StateFile;
  } catch {
    return undefined;
  }
};

/** Each managed object that a state knows, by its address and its id. */
const objectsOf = ({ resources = [] }: StateFile): string[] =>
  resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap(({ module, type, name, instances = [] }) => instances.map(({ index_key: index, attributes }) => JSON.stringify([module, type, name, index, attributes?.id])));

/**
 * Whether a state that a terraform could not save may replace the one that is stored: it is of the same line, newer, and knows every object
 * that the stored one knows. Serials alone do not tell: terraform raises its own with each attempt to save, so that a left state can have a
 * higher one than what somebody else has stored since then. One that was cut off (a full disk) never may.
 */
export const mayReplace = (left: string, stored: string | undefined): boolean => {
  const [mine, theirs] = [parse(left), stored === undefined ? {} : parse(stored)];
  if (!mine || !theirs) return false;
  if (stored === undefined) return true;
  const known = new Set(objectsOf(mine));
  return mine.lineage === theirs.lineage && (mine.serial ?? 0) > (theirs.serial ?? 0) && objectsOf(theirs).every((object) => known.has(object));
};
