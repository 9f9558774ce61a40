import type { ReactNode } from 'react';
import { footerRow, type FooterContent } from '../frame-rows.js';
import { useTheme } from '../theme.js';
import { Rows } from './Rows.js';

/** The line at the bottom of every screen. */
export const Footer = (content: FooterContent): ReactNode => <Rows rows={[footerRow(content, useTheme())]} />;
