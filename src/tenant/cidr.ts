const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
/** An IPv4 network, for example `203.0.113.0/24`; zero host bits are checked beyond the form. */
export const CIDR_PATTERN = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}/(?:3[0-2]|[12]?\\d)$`);
const ADDRESS = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);

export const isIpv4 = (text: string): boolean => ADDRESS.test(text);

const toNumber = (address: string): number => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
const toAddress = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/**
 * What is wrong with an IPv4 network, or undefined. Host bits have to be zero: newer Kubernetes refuses such ranges in
 * `loadBalancerSourceRanges`, older ones silently widen them.
 */
export const cidrIssue = (text: string): string | undefined => {
  if (isIpv4(text)) return `${text} is an address; for this one address write ${text}/32`;
  if (text.includes(':')) return `${text} is IPv6; a tenant's address is IPv4, so only IPv4 networks can reach it`;
  if (!CIDR_PATTERN.test(text)) return `${text} is not an IPv4 network such as 203.0.113.0/24`;
  const [address = '', length = ''] = text.split('/');
  const size = 2 ** (32 - Number(length));
  const network = Math.floor(toNumber(address) / size) * size;
  return network === toNumber(address) ? undefined : `${text} has bits set after /${length}; the network is ${toAddress(network)}/${length}`;
};

/** True if the address lies in the network; both have to be well formed. */
export const cidrContains = (network: string, address: string): boolean => {
  const [base = '', length = ''] = network.split('/');
  const size = 2 ** (32 - Number(length));
  return Math.floor(toNumber(base) / size) === Math.floor(toNumber(address) / size);
};

/** Networks that the charts never let the opened internet be: private ones, carrier NAT, link-local. The same list as in charts/tenant. */
const NEVER_INTERNET = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'];

/** Whether the charts' own list covers all of this IPv4 network, which has to be well formed. */
export const isNeverInternet = (network: string): boolean => {
  const [address = '', length = ''] = network.split('/');
  return NEVER_INTERNET.some((never) => Number(length) >= Number(never.split('/')[1]) && cidrContains(never, address));
};

/** Networks for documentation, RFC 5737: nothing on the internet has such an address. */
const DOCUMENTATION = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'];

export const isDocumentationAddress = (address: string): boolean =>
  isIpv4(address) && DOCUMENTATION.some((network) => cidrContains(network, address));
