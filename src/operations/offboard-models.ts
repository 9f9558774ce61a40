import { task, type Task } from '../engine/task-list.js';
import { takeModelKey } from './model-key.js';
import { cellOf, hasOwnCluster, OFFBOARD, type Offboarding } from './offboarding.js';

export const modelKeyTask: Task<Offboarding> = task('model-key', 'Model key', async (run, self) => {
  const say = (words: string): void => {
    self.output = words;
  };
  say(await takeModelKey({ ...run, cell: cellOf(run), timeoutMs: run.input.timeoutMs }, run.input.name, `${OFFBOARD}/model-key`, say));
}, { skip: (run) => (hasOwnCluster(run) ? 'goes with its cluster' : false) });
