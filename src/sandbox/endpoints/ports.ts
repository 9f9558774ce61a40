/** Where the first tenant's pages are: 41080 for port 80, 41088 for port 8080; the next tenant's ten further. */
const FIRST_PORT = 41080;
const STEP = 10;
const SLOTS = 400;

const OFFSETS: Record<number, number> = { 80: 0, 443: 3, 8080: 8 };

/**
 * The loopback ports to try for a Service's port, best first: the remembered one, the one beside `near` (a port that the same
 * Service has already), that of each free slot in turn, at last any (0). `taken` are the ports that other Services remember.
 */
export function* candidatePorts(port: number, remembered: number | undefined, taken: ReadonlySet<number>, near?: number): Generator<number> {
  if (remembered !== undefined) yield remembered;
  const offset = OFFSETS[port] ?? 1 + (port % 2);
  if (near !== undefined) yield near - (near % STEP) + offset;
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const base = FIRST_PORT + slot * STEP;
    const occupied = Array.from({ length: STEP }, (_, index) => base + index).some((candidate) => taken.has(candidate));
    if (!occupied && base + offset !== remembered) yield base + offset;
  }
  yield 0;
}
