import type { ReactNode } from 'react';
import { headerRows, type HeaderContent } from '../frame-rows.js';
import { useTheme } from '../theme.js';
import { Rows } from './Rows.js';

/**
 * The line on top of every screen, with a rule below.
 *
 *     ionos-tenants  acme · small · namespace                SANDBOX  terraform 1.11
 *    ────────────────────────────────────────────────────────────────────────────────
 */
export const Header = (content: HeaderContent): ReactNode => <Rows rows={headerRows(content, useTheme())} />;
