import type { Argument, Command, Option } from 'commander';

/** What may follow a flag or stand for an argument. */
export type Value = { kind: 'none' } | { kind: 'words'; words: readonly string[] } | { kind: 'file' } | { kind: 'any' };

export interface Flag {
  /** `--preset`, `-f`. */
  names: string[];
  description: string;
  value: Value;
}

/** One command as a shell sees it. */
export interface Place {
  /** The words that lead to it; empty for the program itself. */
  path: string[];
  flags: Flag[];
  commands: { name: string; description: string }[];
  /** Further names of the commands in `commands`, with the name that they stand for. */
  aliases: { alias: string; name: string }[];
  argument: Value;
}

const valueOf = (of: Option | Argument, placeholder: string): Value => {
  if (of.argChoices) return { kind: 'words', words: of.argChoices };
  return placeholder === 'path' ? { kind: 'file' } : { kind: 'any' };
};

const flagOf = (option: Option): Flag => ({
  names: [option.long, option.short].filter((name): name is string => typeof name === 'string'),
  description: option.description,
  // A flag whose value may be left out completes nothing after it: the next word may be anything.
  value: option.required ? valueOf(option, /<([^>]+)>/.exec(option.flags)?.[1] ?? '') : { kind: 'none' },
});

/** Every place of a program, its own first: what completion is generated from. */
export const placesOf = (command: Command, path: string[] = []): Place[] => {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  // A tenant's name is not known; what may follow it is offered in its place too.
  const argument = command.registeredArguments.find(({ argChoices }) => argChoices !== undefined) ?? command.registeredArguments[0];
  const place: Place = {
    path,
    flags: help.visibleOptions(command).map(flagOf),
    commands: commands.map((each) => ({ name: each.name(), description: each.description() })),
    aliases: commands.flatMap((each) => each.aliases().map((alias) => ({ alias, name: each.name() }))),
    argument: argument ? valueOf(argument, argument.name()) : { kind: 'none' },
  };
  return [place, ...commands.filter((each) => command.commands.includes(each)).flatMap((each) => placesOf(each, [...path, each.name()]))];
};

/** ` platform adopt`; empty for the program itself. The scripts keep the place in this form. */
export const placeKey = (path: readonly string[]): string => path.map((word) => ` ${word}`).join('');

/** Steps from a place by one word: the pattern `<place> <word>` and the place that it leads to. */
export const stepsOf = (places: readonly Place[]): { pattern: string; to: string }[] => {
  const known = new Set(places.map(({ path }) => placeKey(path)));
  return places.flatMap(({ path, commands, aliases }) =>
    [...commands.map(({ name }) => ({ word: name, name })), ...aliases.map(({ alias, name }) => ({ word: alias, name }))]
      .map(({ word, name }) => ({ pattern: `${placeKey(path)} ${word}`, to: placeKey([...path, name]) }))
      .filter(({ to }) => known.has(to)),
  );
};
