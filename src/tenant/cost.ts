import { addRanges, toCents } from './money.js';
import type { EurRange } from './money.js';
import { nodePublicIps } from './preset.js';
import type { NodePool, PlatformPreset, TenantPreset } from './preset.js';
import type { PriceItem, PriceSource, Prices } from './prices.js';
import { GIB, describeBytes, describeCores, parseBytes } from './quantities.js';
import { usageOf } from './sizing.js';
import type { SizedBy } from './sizing.js';
import type { Models } from './spec.js';
import { counted } from './text.js';

/** One line of an estimate, in EUR for 30 days. */
export interface CostLine {
  /** Stable: `ip`, `volumes`, `node-share`, `nodes`, `node-storage`, `node-ips`, `control-plane`. */
  id: string;
  label: string;
  /** In words: `28 GiB`, `0.25 cores and 944 MiB`. */
  quantity: string;
  eur: EurRange;
  /** Per source that prices all of it, so that a reader can follow either. */
  bySource: Record<string, number>;
  /** `share`: a part of what the platform costs anyway, not billed on top. */
  kind: 'own' | 'share';
  note?: string;
}

export interface CostEstimate {
  currency: 'EUR';
  /** 30 days. */
  periodHours: 720;
  lines: CostLine[];
  /** Sum of all lines, shares included. */
  total: EurRange;
  /** What appears on the bill because of this: lines of kind `own`. */
  additional: EurRange;
  /** When the prices were looked up, ISO date. */
  priceDate: string;
  confidence: string;
  /** Sources that were used. */
  sources: PriceSource[];
  notes: string[];
}

interface Amount {
  item: PriceItem;
  /** Cores, GiB or pieces. */
  quantity: number;
}

/** Either of these is billed; which one is not known. */
type Priced = Amount | { either: Amount[] };

const HOURS = 720;

const amountBySource = (prices: Prices, { item, quantity }: Amount): Record<string, number> =>
  Object.fromEntries(
    Object.entries(prices.items[item].prices).map(([source, price]) => [source, price * quantity * (prices.items[item].unit === 'hour' ? HOURS : 1)]),
  );

const rangeOf = (values: readonly number[]): EurRange => ({ low: Math.min(...values), high: Math.max(...values) });

interface Valued {
  eur: EurRange;
  bySource: Record<string, number>;
}

const value = (prices: Prices, priced: Priced): Valued => {
  const options = ('either' in priced ? priced.either : [priced]).map((amount) => amountBySource(prices, amount));
  const sources = new Set(options.flatMap((option) => Object.keys(option)));
  // The cheaper variant of a source: sources that know both are read like those that know one.
  const bySource = Object.fromEntries(
    [...sources].map((source) => [source, Math.min(...options.map((option) => option[source] ?? Number.POSITIVE_INFINITY))]),
  );
  return { eur: rangeOf(options.flatMap((option) => Object.values(option))), bySource };
};

const line = (
  prices: Prices,
  base: Pick<CostLine, 'id' | 'label' | 'quantity'> & { kind?: CostLine['kind']; note?: string | undefined },
  parts: readonly Priced[],
): CostLine => {
  const values = parts.map((part) => value(prices, part));
  const sources = Object.keys(values[0]?.bySource ?? {}).filter((source) => values.every(({ bySource }) => source in bySource));
  const { kind = 'own', note, ...rest } = base;
  return {
    ...rest,
    kind,
    eur: addRanges(values.map(({ eur }) => eur)),
    bySource: Object.fromEntries(
      sources.map((source) => [source, toCents(values.reduce((sum, { bySource }) => sum + (bySource[source] ?? 0), 0))]),
    ),
    ...(note === undefined ? {} : { note }),
  };
};

const SSD_NOTE = 'SSD storage is priced as SSD Standard to SSD Premium: which of them is billed for the class ionos-enterprise-ssd and for node disks is not known';

const ssd = (gib: number): Priced => ({ either: [{ item: 'ssdStandard', quantity: gib }, { item: 'ssdPremium', quantity: gib }] });

const computeItems = (serverType: NodePool['serverType']): { core: PriceItem; memory: PriceItem } =>
  serverType === 'VCPU' ? { core: 'vcpu', memory: 'vcpuMemory' } : { core: 'dedicatedCore', memory: 'dedicatedMemory' };

const compute = (serverType: NodePool['serverType'], cores: number, gib: number): Amount[] => {
  const items = computeItems(serverType);
  return [
    { item: items.core, quantity: cores },
    { item: items.memory, quantity: gib },
  ];
};

const oneSourceNote = (serverType: NodePool['serverType']): string | undefined =>
  serverType === 'DedicatedCore' ? 'only one of the sources has a price for dedicated cores' : undefined;

const nodeLines = (prices: Prices, nodes: NodePool, whose: string): CostLine[] => {
  const gib = parseBytes(nodes.memory) / GIB;
  const disk = parseBytes(nodes.storage) / GIB;
  const ips = nodePublicIps(nodes);
  return [
    line(
      prices,
      {
        id: 'nodes',
        label: `${whose} nodes`,
        quantity: `${nodes.count} × ${describeCores(nodes.cores * 1000)}, ${describeBytes(parseBytes(nodes.memory))} (${nodes.serverType})`,
        note: oneSourceNote(nodes.serverType),
      },
      compute(nodes.serverType, nodes.cores * nodes.count, gib * nodes.count),
    ),
    line(
      prices,
      {
        id: 'node-storage',
        label: `${whose} node disks`,
        quantity: `${nodes.count} × ${disk} GiB ${nodes.storageType}`,
        note: nodes.storageType === 'SSD' ? SSD_NOTE : undefined,
      },
      [nodes.storageType === 'SSD' ? ssd(disk * nodes.count) : { item: 'hdd', quantity: disk * nodes.count }],
    ),
    line(
      prices,
      { id: 'node-ips', label: `${whose} node addresses`, quantity: `${counted(ips, 'IP address', 'IP addresses')} (nodes + 1)`, note: prices.items.ipv4.note },
      [{ item: 'ipv4', quantity: ips }],
    ),
  ];
};

const controlPlaneLine = (prices: Prices): CostLine =>
  line(prices, { id: 'control-plane', label: 'Control plane', quantity: '1 managed cluster' }, [{ item: 'controlPlane', quantity: 1 }]);

const estimate = (prices: Prices, lines: CostLine[], notes: string[]): CostEstimate => {
  const used = new Set(lines.flatMap(({ bySource }) => Object.keys(bySource)));
  return {
    currency: 'EUR',
    periodHours: HOURS,
    lines,
    total: addRanges(lines.map(({ eur }) => eur)),
    additional: addRanges(lines.filter(({ kind }) => kind === 'own').map(({ eur }) => eur)),
    priceDate: prices.checked,
    confidence: prices.confidence,
    sources: Object.entries(prices.sources)
      .filter(([id]) => used.has(id))
      .map(([id, source]) => ({ id, ...source })),
    notes: [...new Set([...lines.flatMap(({ note }) => (note === undefined ? [] : [note])), ...notes])],
  };
};

const modelNotes = (prices: Prices, models: Models): string[] => {
  if (models === 'none') return [];
  const known = models.flatMap((id) => {
    const entry = prices.models.prices[id];
    return entry === undefined ? [] : [`${id} ${entry.input.toFixed(2)} in, ${entry.output.toFixed(2)} out`];
  });
  return [`models are billed by use and not in this sum${known.length === 0 ? '' : ` (EUR per million tokens: ${known.join('; ')})`}`];
};

/**
 * What a platform costs in EUR for 30 days without any tenant: nodes, their disks and addresses; the control plane is
 * free. Net list prices, low to high where the sources disagree. `nodes` are those of the resolved preset.
 */
export const estimatePlatform = ({ nodes }: Pick<PlatformPreset, 'nodes'>, prices: Prices): CostEstimate =>
  estimate(prices, [controlPlaneLine(prices), ...nodeLines(prices, nodes, 'Platform')], []);

export interface TenantCostInput {
  /** Resolved tenant preset. */
  preset: TenantPreset;
  spec: SizedBy & { openwebui: { models: Models } };
  /** Server type of the platform's nodes, for the node share. */
  serverType: NodePool['serverType'];
  prices: Prices;
}

/**
 * What a tenant costs in EUR for 30 days: address, volumes, and its share of the platform's nodes by requests. With
 * stronger isolation its own nodes stand in place of the share.
 */
export const estimateTenant = ({ preset, spec, serverType, prices }: TenantCostInput): CostEstimate => {
  const usage = usageOf(preset, spec);
  const gib = usage.storage / GIB;
  const share = (): CostLine =>
    line(
      prices,
      {
        id: 'node-share',
        label: 'Share of the platform\'s nodes',
        quantity: `${describeCores(usage.millicores)} and ${describeBytes(usage.memory)} (${serverType})`,
        kind: 'share',
        note: oneSourceNote(serverType),
      },
      compute(serverType, usage.millicores / 1000, usage.memory / GIB),
    );
  const own = (): CostLine[] => [
    ...(spec.isolation === 'cluster' ? [controlPlaneLine(prices)] : []),
    ...nodeLines(prices, preset.ownNodes, 'Own'),
  ];
  return estimate(
    prices,
    [
      line(prices, { id: 'ip', label: 'Reserved IP address', quantity: counted(usage.ips, 'IP address', 'IP addresses'), note: prices.items.ipv4.note }, [
        { item: 'ipv4', quantity: usage.ips },
      ]),
      line(prices, { id: 'volumes', label: 'Volumes', quantity: `${gib} GiB SSD in ${counted(usage.volumes, 'volume')}`, note: SSD_NOTE }, [ssd(gib)]),
      ...(spec.isolation === 'namespace' ? [share()] : own()),
    ],
    modelNotes(prices, spec.openwebui.models),
  );
};
