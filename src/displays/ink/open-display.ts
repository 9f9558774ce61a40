import type { Interrupts } from '../../engine/interrupts.js';
import type { Display } from '../display.js';
import { createPlainDisplay } from '../plain/plain-display.js';

export const openInkDisplay = async (options: { color: boolean; interrupts: Interrupts }): Promise<Display> => createPlainDisplay(options);
