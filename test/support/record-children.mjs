// Loaded with `node --import` into the built command: writes what every child process is given, arguments and environment, into the
// folder RECORDED_CHILDREN, one file each. With CRASH_WITH, an error that has this in its message
// is thrown past everything, while secrets are made.
import childProcess from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const folder = process.env.RECORDED_CHILDREN ?? '';
mkdirSync(folder, { recursive: true });
let count = 0;
const { spawn } = childProcess;
childProcess.spawn = function recorded(file, ...rest) {
  const args = Array.isArray(rest[0]) ? rest[0] : [];
  const options = (Array.isArray(rest[0]) ? rest[1] : rest[0]) ?? {};
  count += 1;
  writeFileSync(join(folder, `${process.pid}-${count}.json`), JSON.stringify({ file, args, env: options.env ?? process.env }));
  return spawn.call(this, file, ...rest);
};
for (const name of ['exec', 'execFile', 'fork', 'spawnSync', 'execSync', 'execFileSync']) {
  childProcess[name] = () => {
    throw new Error(`${name} is not recorded: let the recorder know it`);
  };
}
syncBuiltinESMExports();

const crash = process.env.CRASH_WITH;
if (crash !== undefined) {
  const stdout = process.stdout.write.bind(process.stdout);
  let armed = true;
  process.stdout.write = (chunk, ...rest) => {
    if (armed && /onboard\/secrets|Secrets/.test(String(chunk))) {
      armed = false;
      setImmediate(() => {
        throw new Error(`an accident with ${crash}`);
      });
    }
    return stdout(chunk, ...rest);
  };
}
