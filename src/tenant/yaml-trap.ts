const NUMBER = /^[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:e[-+]?\d+)?$/i;

/**
 * How a YAML 1.1 or 1.2 reader would take this text if it stood in a file without quotes, or undefined when every
 * reader sees text. helm and kubectl read 1.1 words (`y`, `off`), most other tools read 1.2.
 * Source: the type repositories of YAML 1.1 (yaml.org/type) and the core schema of YAML 1.2.
 */
export const yamlTrap = (text: string): string | undefined => {
  const word = text.toLowerCase();
  if (word === '~' || word === 'null') return 'nothing (null)';
  if (['y', 'yes', 'on', 'true'].includes(word)) return 'the logical value true';
  if (['n', 'no', 'off', 'false'].includes(word)) return 'the logical value false';
  if (/^[-+]?0x[\da-f_]+$/.test(word)) return 'a hexadecimal number';
  if (/^[-+]?0b[01_]+$/.test(word)) return 'a binary number';
  if (/^[-+]?0o?[0-7_]+$/.test(word)) return 'an octal number';
  if (/^\d{4}-\d{1,2}-\d{1,2}(?:$|[t\s])/.test(word)) return 'a date';
  if (/^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?$/.test(word)) return 'a number to base 60';
  if (/^[-+]?\.inf$|^\.nan$/.test(word)) return 'a number';
  if (NUMBER.test(word)) return `the number ${Number(word.replaceAll('_', ''))}`;
  return undefined;
};
