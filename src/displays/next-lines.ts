/** Commands to type, each alone on its line, so that it can be copied as it is. */
export const nextLines = (next: readonly string[]): string[] => (next.length === 0 ? [] : ['', '  Next', ...next.map((command) => `  ${command}`)]);
