/** The part of a list that is drawn: `size` rows around the cursor, moved as little as the list's ends allow. */
export interface Window {
  start: number;
  end: number;
}

/** Keeps the cursor in the middle, so that what comes before and after it can be seen; at the ends the window stays full. */
export const windowAround = (cursor: number, length: number, size: number): Window => {
  const room = Math.max(0, size);
  const start = Math.max(0, Math.min(cursor - Math.floor(room / 2), length - room));
  return { start, end: Math.min(length, start + room) };
};
