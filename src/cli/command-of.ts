import type { Command } from 'commander';
import { closest } from '../tenant/text.js';

/** The command that words name (`platform adopt x`), and the first word that names none. Flags among them are passed over. */
export const commandOf = (program: Command, words: readonly string[]): { command: Command; path: string[]; unknown: string | undefined } => {
  let command = program;
  const path: string[] = [];
  for (const word of words) {
    if (word.startsWith('-')) continue;
    const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (!next) return { command, path, unknown: word };
    command = next;
    path.push(next.name());
  }
  return { command, path, unknown: undefined };
};

/** As commander words it. */
export const unknownCommand = (command: Command, word: string): string => {
  const meant = closest(word, command.commands.map((each) => each.name()));
  return `error: unknown command '${word}'${meant === undefined ? '' : `\n(Did you mean ${meant}?)`}`;
};
