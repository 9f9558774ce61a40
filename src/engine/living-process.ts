import { readFileSync, readlinkSync } from 'node:fs';

/** A process, told apart from a later one that was given the same number. */
export interface ProcessMark {
  pid: number;
  /** When it began, in the system's own count; undefined where the system does not tell. */
  began?: string | undefined;
}

/** What Linux tells of a process: its state, and its start in clock ticks since boot. Source: proc_pid_stat(5), fields 3 and 22. */
const statOf = (pid: number): { state: string; began: string } | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command's name in brackets, may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', began: fields[19] ?? '' };
  } catch {
    return undefined;
  }
};

export const markOf = (pid: number): ProcessMark => ({ pid, began: statOf(pid)?.began });

/** Whether this very process lives. One that has ended and that nobody has asked for its exit code (in a container without an init) is dead. */
export const processIsAlive = ({ pid, began }: ProcessMark): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = statOf(pid);
  if (!stat) return true;
  return stat.state !== 'Z' && stat.state !== 'X' && (began === undefined || began === stat.began);
};

/**
 * Where a process number means one process: a boot of a kernel and, on it, a namespace of process numbers. A host name does not tell that:
 * containers may share one, and copies of a machine have the same. Undefined where the system does not tell, which is everywhere but on Linux.
 */
export const processSpace = (): string | undefined => {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
};
