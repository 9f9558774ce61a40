import { placeKey, stepsOf, type Place, type Value } from './words.js';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const offer = (value: Value): string => {
  if (value.kind === 'words') return `words=${quoted(value.words.join(' '))}`;
  return value.kind === 'file' ? 'files=1' : ':';
};

const flagValues = (places: readonly Place[]): string[] =>
  places.flatMap(({ path, flags }) =>
    flags.filter(({ value }) => value.kind !== 'none').map(({ names, value }) => `    ${names.map((name) => quoted(`${placeKey(path)} ${name}`)).join(' | ')}) ${offer(value)} ;;`),
  );

const wordsOfPlace = ({ path, flags, commands, argument }: Place): string[] => [
  `        ${quoted(placeKey(path))})`,
  `          if [[ $cur == -* ]]; then words=${quoted(flags.flatMap(({ names }) => names.filter((name) => name.startsWith('--'))).join(' '))}`,
  ...(commands.length > 0 ? [`          else words=${quoted(commands.map(({ name }) => name).join(' '))}`] : argument.kind === 'words' || argument.kind === 'file' ? [`          else ${offer(argument)}`] : []),
  '          fi ;;',
];

/** For bash 3.2 and newer, with or without the package bash-completion. */
export const bashCompletion = (program: string, places: readonly Place[]): string => `# Completion of ${program} for bash.
_${program.replaceAll('-', '_')}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} place='' words='' files='' i
  # bash takes --flag=value apart at the equals sign.
  if [[ $cur == '=' ]]; then cur=''
  elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place \${COMP_WORDS[i]}" in
${stepsOf(places).map(({ pattern, to }) => `      ${quoted(pattern)}) place=${quoted(to)} ;;`).join('\n')}
    esac
  done
  case "$place $prev" in
${flagValues(places).join('\n')}
    *)
      case "$place" in
${places.flatMap(wordsOfPlace).join('\n')}
      esac ;;
  esac
  COMPREPLY=()
  if [[ -n $files ]]; then
    local IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$cur"))
    compopt -o filenames 2>/dev/null
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}
complete -F _${program.replaceAll('-', '_')} ${program}
`;
