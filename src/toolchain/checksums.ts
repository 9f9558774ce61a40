import type { ToolPin } from './tools.js';

/**
 * SHA-256 of the official release archives, by `<name> <version> <platform>-<architecture>`.
 * A release that is not listed is verified against the vendor's own checksum file, fetched over TLS.
 */
export const CHECKSUMS: Readonly<Record<string, string>> = {};

export const checksumOf = (pin: ToolPin, target: string): string | undefined => CHECKSUMS[`${pin.name} ${pin.version} ${target}`];
