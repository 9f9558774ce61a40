import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool, type ToolResult } from '../../support/tool.js';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/tools';

/** Process number of the first process of the node in this folder. It is another one after a restart. */
export const firstProcessIn = (folder: string): string => readFileSync(join(folder, 'pid'), 'utf8').trim();

/** The arguments of nsenter that run this command on the node whose first process this is. */
export const enterArguments = (init: string, command: readonly string[]): string[] => ['--target', init, '--mount', '--net', '--uts', '--ipc', '--pid', '--root', '--wd', '--', 'env', '-i', `PATH=${PATH}`, 'HOME=/root', ...command];

/** Runs a command on the node. */
export const onNode = (init: string, command: readonly string[]): Promise<ToolResult> => runTool('nsenter', enterArguments(init, command));
