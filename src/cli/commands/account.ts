import type { Command } from 'commander';
import { choice, withCommon, withExamples, withToken, type Finish } from './parts.js';

/** Who works with the cloud: credentials and where they are from. */
export const registerAccount = (program: Command, finish: Finish): void => {
  program.commandsGroup('Account:');

  const login = program.command('login').description('check a token with the API and keep it, in the keychain or in a file');
  login
    .option('--model', 'the token for the AI Model Hub, not the one for the cloud')
    .option('--with-token', 'read the token from the standard input')
    .option('--token-file <path>', 'read the token from a file')
    .addOption(choice('--store <place>', 'where to keep it', ['keychain', 'file']))
    .option('--models-url <url>', 'with --model: address of another OpenAI-compatible model service')
    .option('--insist-on-model-token', 'with --model: take a token that may do more than use models');
  withExamples(withCommon(login), 'login', 'login --model', 'login --token-file token.txt --store file')
    .action(async (options: object) => finish(await (await import('../login.js')).login(options)));

  withExamples(withCommon(program.command('logout').description('remove the tokens that this program keeps, and say what remains elsewhere')), 'logout', 'logout --json')
    .action(async (options: object) => finish(await (await import('../logout.js')).logout(options)));

  withExamples(withCommon(withToken(program.command('whoami').description('which credentials are used and where they came from; account, contract and its limits'))), 'whoami', 'whoami --sandbox', 'whoami --json')
    .action(async (options: object) => finish(await (await import('../whoami.js')).whoami(options)));
};
