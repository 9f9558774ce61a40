import { usageError, type InstallerError } from '../../engine/errors.js';
import { FAULTS, type FaultDefinition, type FaultParameter } from './catalog.js';

/** A fault that was ordered, every parameter filled in. Plain JSON. */
export interface Fault {
  name: string;
  parameters: Record<string, string>;
  /** How often it still happens. */
  left: number | 'always';
}

const problem = (text: string, why: string, next: string): InstallerError => usageError({ code: 'fault-unknown', what: `there is no fault ${text}`, why, next: [next] });

const accepts = ({ takes }: FaultParameter, value: string): boolean => {
  if (takes === 'text') return value !== '';
  if (takes === 'number') return /^\d+$/.test(value);
  if (takes === 'count') return /^[1-9]\d*$/.test(value) || value === 'always' || value === 'all';
  return takes.includes(value);
};

const readParameters = (text: string, definition: FaultDefinition, given: string): Record<string, string> => {
  const parameters = Object.fromEntries(Object.entries(definition.parameters).map(([name, parameter]) => [name, parameter.default]));
  for (const pair of given === '' ? [] : given.split(',')) {
    const [name = '', value = ''] = pair.split('=');
    const parameter = definition.parameters[name];
    if (parameter === undefined) throw problem(text, `${definition.name} has no parameter ${name}`, `It takes: ${Object.keys(definition.parameters).join(', ')}.`);
    if (!accepts(parameter, value)) throw problem(text, `${name} cannot be ${value === '' ? 'empty' : value}`, `${name}: ${parameter.means}${Array.isArray(parameter.takes) ? ` (${parameter.takes.join(', ')})` : ''}.`);
    parameters[name] = value;
  }
  return parameters;
};

/** Reads `name` or `name:parameter=value,parameter=value`. Throws InstallerError, exit code 2, with what there is. */
export const parseFault = (text: string): Fault => {
  const colon = text.indexOf(':');
  const name = colon === -1 ? text : text.slice(0, colon);
  const definition = FAULTS.find((each) => each.name === name);
  if (!definition) throw problem(text === '' ? 'without a name' : name, 'the sandbox does not know it', `There are: ${FAULTS.map((each) => each.name).join(', ')}.`);
  const parameters = readParameters(text, definition, colon === -1 ? '' : text.slice(colon + 1));
  const times = parameters['times'] ?? 'always';
  return { name, parameters, left: times === 'always' ? 'always' : Number(times) };
};

/** As it would be typed, without what is the default. */
export const faultText = ({ name, parameters, left }: Fault): string => {
  const definition = FAULTS.find((each) => each.name === name);
  const shown = Object.entries({ ...parameters, ...(parameters['times'] === undefined ? {} : { times: String(left) }) }).filter(([key, value]) => definition?.parameters[key]?.default !== value);
  return shown.length === 0 ? name : `${name}:${shown.map((pair) => pair.join('=')).join(',')}`;
};

export const faultNames = (): string[] => FAULTS.map(({ name }) => name);

/** The list for `--help`: one line for each fault. */
export const faultHelp = (): string =>
  FAULTS.map(({ name, does, parameters }) => {
    const given = Object.entries(parameters).map(([key, parameter]) => `${key}=${parameter.default}`);
    return `  ${name.padEnd(15)} ${does}${given.length === 0 ? '' : `\n  ${' '.repeat(15)} ${given.join(',')}`}`;
  }).join('\n');
