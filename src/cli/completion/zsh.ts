import { placeKey, stepsOf, type Place, type Value } from './words.js';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** A word and what it means, as _describe takes them. */
const described = (word: string, description: string): string => quoted(`${word.replaceAll(':', '\\:')}:${description}`);

const offer = (value: Value): string => {
  if (value.kind === 'words') return `compadd -- ${value.words.map(quoted).join(' ')}`;
  return value.kind === 'file' ? '_files' : "_message 'a value'";
};

const flagValues = (places: readonly Place[]): string[] =>
  places.flatMap(({ path, flags }) =>
    flags.filter(({ value }) => value.kind !== 'none').map(({ names, value }) => `    ${names.map((name) => quoted(`${placeKey(path)} ${name}`)).join(' | ')}) ${offer(value)}; return ;;`),
  );

const wordsOfPlace = ({ path, flags, commands, argument }: Place): string[] => [
  `    ${quoted(placeKey(path))})`,
  '      if [[ $PREFIX == -* ]]; then',
  `        choices=(${flags.flatMap(({ names, description }) => names.map((name) => described(name, description))).join(' ')})`,
  '        _describe -t flags flag choices',
  ...(commands.length > 0
    ? ['      else', `        choices=(${commands.map(({ name, description }) => described(name, description)).join(' ')})`, '        _describe -t commands command choices']
    : argument.kind === 'none' ? [] : ['      else', `        ${offer(argument)}`]),
  '      fi ;;',
];

/** Works as a file in fpath, and sourced after compinit. */
export const zshCompletion = (program: string, places: readonly Place[]): string => {
  const name = `_${program.replaceAll('-', '_')}`;
  return `#compdef ${program}
# Completion of ${program} for zsh.
${name}() {
  local place='' prev=\${words[CURRENT-1]} i
  local -a choices
  if [[ \${words[CURRENT]} == --*=* ]]; then
    prev=\${words[CURRENT]%%=*}
    compset -P 1 '*='
  fi
  for ((i = 2; i < CURRENT; i++)); do
    case "$place \${words[i]}" in
${stepsOf(places).map(({ pattern, to }) => `      ${quoted(pattern)}) place=${quoted(to)} ;;`).join('\n')}
    esac
  done
  case "$place $prev" in
${flagValues(places).join('\n')}
  esac
  case "$place" in
${places.flatMap(wordsOfPlace).join('\n')}
  esac
}
if [[ \${funcstack[1]} == ${name} ]]; then ${name} "$@"; else compdef ${name} ${program}; fi
`;
};
