import { Argument, type Command } from 'commander';
import type { Shell } from '../completion/completion.js';
import { withCommon, withExamples, withOutput, withPlatform, withToken, type Finish } from './parts.js';

const INSTALL_COMPLETION = `
Once, to have it in every new shell:
  bash  ionos-tenants completion bash > ~/.local/share/bash-completion/completions/ionos-tenants
  zsh   ionos-tenants completion zsh > "\${fpath[1]}/_ionos-tenants"
  fish  ionos-tenants completion fish > ~/.config/fish/completions/ionos-tenants.fish
In a running shell only: source <(ionos-tenants completion bash)`;

/** What this machine needs, and how it helps. */
export const registerMachine = (program: Command, finish: Finish): void => {
  program.commandsGroup('This machine:');

  const doctor = program.command('doctor').description('check this machine, the account and the platform, each with its fix');
  withToken(withPlatform(doctor, 'platform to look at'))
    .option('--model-token-file <path>', 'file with the model token; else IONOS_MODEL_TOKEN')
    .option('--models-url <url>', 'address of another OpenAI-compatible model service')
    .option('--orphans', 'look only for what belongs to no registered tenant, and say how each is removed');
  withExamples(withCommon(doctor), 'doctor', 'doctor --json', 'doctor --orphans --sandbox')
    .action(async (options: object) => finish(await (await import('../doctor.js')).doctor(options)));

  withExamples(withCommon(program.command('tools').description('list terraform and helm, or install them').option('--install', 'install what is missing into the cache')), 'tools', 'tools --install', 'tools --json')
    .action(async (options: object) => finish(await (await import('../tools.js')).tools(options)));

  const completion = program.command('completion').addArgument(new Argument('<shell>', 'bash, zsh or fish').choices(['bash', 'zsh', 'fish'])).description('print what lets a shell complete commands, flags and their values');
  completion.addHelpText('after', INSTALL_COMPLETION);
  withExamples(withOutput(completion), 'completion bash', 'completion zsh', 'completion fish')
    .action(async (shell: Shell, options: object) => finish(await (await import('../completion/completion.js')).completion(program, shell, options)));
};
