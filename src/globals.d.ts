/** The package's version, written in by the build. */
declare const __CLI_VERSION__: string;
