import { placeKey, stepsOf, type Flag, type Place, type Value } from './words.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const offer = (value: Value): string => {
  if (value.kind === 'words') return ` -x -a ${quoted(value.words.join(' '))}`;
  return value.kind === 'file' ? ' -r -F' : value.kind === 'any' ? ' -x' : '';
};

const flagNames = ({ names }: Flag): string => names.map((name) => (name.startsWith('--') ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`)).join('');

const linesOfPlace = (start: string, at: string, { path, flags, commands, argument }: Place): string[] => {
  const here = `${start} -n ${quoted(`${at} ${quoted(placeKey(path))}`)}`;
  return [
    ...commands.map(({ name, description }) => `${here} -a ${name} -d ${quoted(description)}`),
    ...flags.map((flag) => `${here}${flagNames(flag)}${offer(flag.value)} -d ${quoted(flag.description)}`),
    ...(argument.kind === 'words' || argument.kind === 'file' ? [`${here}${argument.kind === 'file' ? ' -F' : ` -a ${quoted(argument.words.join(' '))}`}`] : []),
  ];
};

export const fishCompletion = (program: string, places: readonly Place[]): string => {
  const at = `__${program.replaceAll('-', '_')}_at`;
  return `# Completion of ${program} for fish.
function ${at}
    set -l place ''
    set -l typed (commandline -opc)
    for word in $typed[2..-1]
        switch "$place $word"
${stepsOf(places).map(({ pattern, to }) => `            case ${quoted(pattern)}\n                set place ${quoted(to)}`).join('\n')}
        end
    end
    test "$place" = "$argv[1]"
end
complete -c ${program} -f
${places.flatMap((place) => linesOfPlace(`complete -c ${program}`, at, place)).join('\n')}
`;
};
