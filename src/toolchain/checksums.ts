import type { ToolPin } from './tools.js';

/**
 * SHA-256 of the official release archives, by `<name> <version> <platform>-<architecture>`. Source: the vendor's SHA256SUMS, as
 * HashiCorp's own Homebrew formula for 1.11.4 repeats them. helm's archives are not listed: they are verified against the
 * vendor's checksum file, fetched over TLS from the same host.
 */
export const CHECKSUMS: Readonly<Record<string, string>> = {
  'terraform 1.11.4 linux-amd64': '1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc',
  'terraform 1.11.4 linux-arm64': 'a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633',
  'terraform 1.11.4 darwin-amd64': 'a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b',
  'terraform 1.11.4 darwin-arm64': '867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18',
};

export const checksumOf = (pin: ToolPin, target: string): string | undefined => CHECKSUMS[`${pin.name} ${pin.version} ${target}`];
