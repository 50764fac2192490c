import type { DemoCache, DemoCluster, DemoSubscription } from '../../src/demo/estate.ts';
import { type Below, belowCache, belowCluster, wireCache, wireCluster } from '../../src/demo/wire.ts';

/** What the loopback Resource Manager of the benchmark serves: any number of equal subscriptions with made-up caches in them. */
export interface Estate {
  readonly subscriptions: number;
  /** Azure Cache for Redis, in each subscription. */
  readonly caches: number;
  /** Azure Managed Redis, in each subscription. */
  readonly clusters: number;
  /** Before each answer of Resource Manager and Resource Graph; sign-in is answered at once. */
  readonly latencyMs: number;
  /** Whether each subscription has Resource Manager's bucket of reads, and answers 429 when that is empty. */
  readonly throttled: boolean;
  /** Where the caller is Reader: on the root of the tenant, as whoever is in charge of it, or on each subscription alone. */
  readonly reader: 'tenant' | 'subscriptions';
}

export const BUCKET = { burst: 250, perSecond: 25 } as const;

/** Stands in templates where the number of the subscription does. */
const NUMBER = '@N@';
const DIGITS = 12;
const ID = '22222222-0000-4000-8000-';

const numbered = (n: number): string => String(n).padStart(DIGITS, '0');

const subscriptionId = (n: number): string => `${ID}${numbered(n)}`;

/** The number of a subscription, from 1; null for an id that is not of this estate. */
export const numberOf = ({ subscriptions }: Estate, id: string): number | null => {
  const n = id.startsWith(ID) ? Number(id.slice(ID.length)) : Number.NaN;
  return Number.isInteger(n) && n >= 1 && n <= subscriptions ? n : null;
};

/** Most caches are as they should be; of ten, one each has the port open, accepts old TLS, is public, and takes keys only. */
const VARIANTS: Readonly<Record<number, Partial<DemoCache>>> = {
  0: { properties: { enableNonSslPort: true } },
  3: { properties: { minimumTlsVersion: '1.0' } },
  5: {
    properties: { publicNetworkAccess: 'Enabled' },
    endpoints: [],
    firewall: [['office', '203.0.113.16', '203.0.113.31']],
  },
  7: { properties: { disableAccessKeyAuthentication: false }, configuration: { 'aad-enabled': 'false' }, assignments: [], patchDays: [] },
};

/** Which of ten caches fail which rule of the gate. */
const FAILING: Readonly<Record<string, readonly number[]>> = {
  'non-ssl-port-disabled': [0],
  'minimum-tls-1-2': [3],
  'public-network-access-disabled': [5],
};

/** The three rules that gate by default. */
export const GATE: readonly string[] = Object.keys(FAILING);

/** The cheapest scan: one list of each subscription. */
export const ONE_RULE: readonly string[] = GATE.slice(0, 1);

/** How many findings fail in an estate by these rules of the gate; each of them gates. */
export const failuresOf = ({ subscriptions, caches }: Estate, rules: readonly string[]): number => {
  const failing = rules.flatMap((rule) => FAILING[rule] ?? []);
  return (
    subscriptions * Array.from({ length: caches }, (_, i) => failing.filter((kind) => kind === i % 10).length).reduce((a, b) => a + b, 0)
  );
};

const cacheAt = (i: number): DemoCache => ({
  name: `orders-${NUMBER}-${String(i).padStart(5, '0')}`,
  group: 'rg-orders',
  location: 'West Europe',
  sku: 'Premium P1',
  tags: { owner: 'team-orders' },
  ...VARIANTS[i % 10],
});

const clusterAt = (i: number): DemoCluster => ({
  name: `ledger-${NUMBER}-${String(i).padStart(5, '0')}`,
  group: 'rg-ledger',
  location: 'West Europe',
  sku: 'Balanced_B10',
});

const SUBSCRIPTION: DemoSubscription = { id: `${ID}${NUMBER}`, name: `sub-${NUMBER}`, state: 'Enabled', caches: [] };

/** A text that is made for one subscription after the other. */
type Template = (n: number) => string;

const templateOf = (text: string): Template => {
  const parts = text.split(NUMBER);
  return (n) => parts.join(numbered(n));
};

const templateOfEach = (count: number, wire: (i: number) => unknown): readonly Template[] =>
  Array.from({ length: count }, (_, i) => templateOf(JSON.stringify(wire(i))));

/** A row of Resource Graph: what the list says, flattened and with types and places in lower case. */
const graphRow = (i: number) => ({
  ...wireCache(SUBSCRIPTION, cacheAt(i)),
  type: 'microsoft.cache/redis',
  location: 'westeurope',
  resourceGroup: cacheAt(i).group,
  subscriptionId: SUBSCRIPTION.id,
  tenantId: TENANT,
  kind: '',
  sku: null,
  zones: null,
  identity: null,
});

const subscriptionRow: Template = templateOf(
  JSON.stringify({
    id: `/subscriptions/${SUBSCRIPTION.id}`,
    name: SUBSCRIPTION.name,
    type: 'microsoft.resources/subscriptions',
    subscriptionId: SUBSCRIPTION.id,
  }),
);

export const TENANT = '11111111-aaaa-4bbb-8ccc-000000000001';

const subscriptionItem: Template = templateOf(
  JSON.stringify({
    id: `/subscriptions/${SUBSCRIPTION.id}`,
    subscriptionId: SUBSCRIPTION.id,
    displayName: SUBSCRIPTION.name,
    tenantId: TENANT,
    state: 'Enabled',
  }),
);

export const PAGE = 1_000;

/** A page of a list, and where the next one begins; null after the last. */
export interface Page {
  readonly items: readonly string[];
  readonly total: number;
  readonly next: number | null;
}

const pageOf = (total: number, start: number, item: (at: number) => string, size = PAGE): Page => {
  const end = Math.min(total, start + size);
  const items: string[] = [];
  for (let at = start; at < end; at += 1) items.push(item(at));
  return { items, total, next: end < total ? end : null };
};

/** The bodies of an estate, as cheap to make as can be: they share the cores with what is measured. */
export interface Bodies {
  subscriptions(start: number): Page;
  redis(n: number, start: number): Page;
  clusters(n: number, start: number): Page;
  /** Rows of Resource Graph, of these subscriptions, ordered by id. */
  rows(query: string, subscriptions: readonly number[], start: number, size: number): Page;
  /** The list at this path below a cache or cluster. */
  below(n: number, type: string, name: string, child: string): Below;
}

export const bodiesOf = ({ caches, clusters }: Estate, all: readonly number[]): Bodies => {
  const redis = templateOfEach(caches, (i) => wireCache(SUBSCRIPTION, cacheAt(i)));
  const managed = templateOfEach(clusters, (i) => wireCluster(SUBSCRIPTION, clusterAt(i)));
  const rows = templateOfEach(caches, graphRow);
  const at = (templates: readonly Template[], i: number, n: number): string => templates[i]?.(n) ?? '';
  return {
    subscriptions: (start) => pageOf(all.length, start, (i) => subscriptionItem(all[i] ?? 0)),
    redis: (n, start) => pageOf(caches, start, (i) => at(redis, i, n)),
    clusters: (n, start) => pageOf(clusters, start, (i) => at(managed, i, n)),
    rows: (query, numbers, start, size) =>
      /^\s*resourcecontainers\b/i.test(query)
        ? pageOf(numbers.length, start, (i) => subscriptionRow(numbers[i] ?? 0), size)
        : pageOf(numbers.length * caches, start, (i) => at(rows, i % caches, numbers[Math.floor(i / caches)] ?? 0), size),
    below: (n, type, name, child) => {
      const i = Number(/-(\d{5})$/.exec(name)?.[1] ?? Number.NaN);
      const subscription = { ...SUBSCRIPTION, id: subscriptionId(n) };
      if (/^redis$/i.test(type) && i < caches) return belowCache(subscription, { ...cacheAt(i), name }, child);
      return i < clusters ? belowCluster(subscription, { ...clusterAt(i), name }, child) : undefined;
    },
  };
};
