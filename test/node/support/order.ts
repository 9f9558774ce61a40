import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What shows most in the shortest time comes first; what stops pods, nodes and tenants comes after everything that needs them. */
const FIRST = ['traffic', 'tenants', 'chats', 'refused'];
const LAST = ['external-database', 'kept', 'removal', 'upgrade'];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const name = basename(moduleId, '.test.ts');
  if (FIRST.includes(name)) return FIRST.indexOf(name);
  return FIRST.length + 1 + LAST.indexOf(name);
};

/** All test files share one node, so their order is always the same: `FIRST`, the others by name, `LAST`. */
export class InOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve([...files].sort((a, b) => placeOf(a) - placeOf(b) || a.moduleId.localeCompare(b.moduleId)));
  }
}
