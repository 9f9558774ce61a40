/** Process entry. `--version` and `--help` are answered without loading anything else; everything that is not foreseen ends here, once. */

const [first] = process.argv.slice(2);

// Files that terraform and helm write beside ours (plans, state, values) must not be readable by others.
process.umask(0o077);

// Libraries of ours use what newer Nodes deprecate; their warnings would land in the middle of a screen, and nobody can act on them.
process.noDeprecation = true;

// Both make libraries print to the screen, past the display: the IONOS SDK's debug output, and ink's developer tools.
delete process.env.IONOS_DEBUG;
delete process.env.DEV;

if (first === '--version' || first === '-V') {
  process.stdout.write(`${__CLI_VERSION__}\n`);
} else {
  const { runProgram } = await import('./cli/program.js');
  process.exitCode = await runProgram(process.argv);
}
