import { render, type Instance } from 'ink';
import { guardedStdout } from './guarded-stdout.js';
import { App, type AppProps } from './components/App.js';

/** The streams that a display draws on and reads keys from. */
export interface Terminal {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
}

/** Starts ink. Only ever loaded lazily, when it is decided whether there are colours. */
export const mount = (props: AppProps, { stdin, stdout }: Terminal): Instance => render(<App {...props} />, { stdin, stdout: guardedStdout(stdout), exitOnCtrlC: false, patchConsole: true });
