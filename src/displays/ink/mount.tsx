import { render, type Instance } from 'ink';
import { App, type AppProps } from './components/App.js';

/** Starts ink. Only ever loaded lazily, when it is decided whether there are colours. */
export const mount = (props: AppProps, stdout: NodeJS.WriteStream): Instance => render(<App {...props} />, { stdout, exitOnCtrlC: false, patchConsole: true });
