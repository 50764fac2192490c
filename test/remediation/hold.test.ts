import { describe, expect, it } from 'vitest';
import type { CacheKind } from '../../src/model/cache.ts';
import type { Outcome } from '../../src/model/finding.ts';
import { heldBack } from '../../src/remediation/hold.ts';
import { RULES } from '../../src/rules/index.ts';

type Said = Readonly<Record<string, Outcome>>;

const held = (fix: string, said: Said, kind: CacheKind = 'redis'): string | null =>
  heldBack(fix, kind, (id) => Object.entries(said).flatMap(([rule, outcome]) => (rule === id ? [outcome] : [])));

const ENDPOINT = 'this cache has to pass private-endpoint-approved first';
const ENTRA = 'this cache has to pass entra-authentication-enabled first';
const ASSIGNED = 'this cache has to pass access-policies-assigned first';
const LINKED = 'this cache is geo-replicated, and has to be unlinked first';

describe('the way in through the public address', () => {
  it.each<[Said, string | null]>([
    [{ 'private-endpoint-approved': 'pass' }, null],
    // Injected into a virtual network: the rule has no meaning, and neither has the switch.
    [{ 'private-endpoint-approved': 'not_applicable' }, null],
    [{ 'private-endpoint-approved': 'fail' }, ENDPOINT],
    [{ 'private-endpoint-approved': 'unknown' }, ENDPOINT],
    [{ 'private-endpoint-approved': 'not_evaluated' }, ENDPOINT],
    // Nobody asked: that is no yes.
    [{}, ENDPOINT],
  ])('is closed when it is known that another one is there: %j', (said, reason) => {
    for (const kind of ['redis', 'managed', 'enterprise'] as const) expect(held('public-network-access-disabled', said, kind)).toBe(reason);
  });
});

it.each<readonly Outcome[]>([
  ['pass', 'fail'],
  ['fail', 'pass'],
  ['pass', 'unknown', 'pass'],
])('goes by the worst of several outcomes that one rule has on one cache, in whatever order: %s, %s', (...outcomes) => {
  expect(heldBack('public-network-access-disabled', 'redis', () => outcomes)).toBe(ENDPOINT);
});

describe('the way in by access key', () => {
  const fine: Said = { 'entra-authentication-enabled': 'pass', 'access-policies-assigned': 'pass' };

  it.each<[Said, string | null]>([
    [fine, null],
    [{ ...fine, 'entra-authentication-enabled': 'fail' }, ENTRA],
    [{ ...fine, 'access-policies-assigned': 'fail' }, ASSIGNED],
    [{}, `${ENTRA}; ${ASSIGNED}`],
    [{ ...fine, 'geo-replicas-consistent': 'not_applicable' }, null],
    [{ ...fine, 'geo-replicas-consistent': 'pass' }, LINKED],
    [{ ...fine, 'geo-replicas-consistent': 'fail' }, LINKED],
    [{ ...fine, 'geo-replicas-consistent': 'unknown' }, LINKED],
  ])('is closed when it is known that clients can come in by Entra, on a cache that is not linked: %j', (said, reason) => {
    expect(held('access-keys-disabled', said)).toBe(reason);
  });

  it('has no such rules on a cluster, where a decision comes before it', () => {
    expect(held('access-keys-disabled', {}, 'managed')).toBeNull();
  });
});

describe('a change that Azure refuses', () => {
  it.each<[Said, string | null]>([
    [{}, null],
    [{ 'geo-replicas-consistent': 'not_applicable', 'not-vnet-injected': 'pass' }, null],
    [{ 'geo-replicas-consistent': 'fail' }, LINKED],
    [{ 'not-vnet-injected': 'fail' }, 'this cache is injected into a virtual network, where Azure refuses it'],
  ])('is not made: zones where it is said that %j', (said, reason) => {
    expect(held('zone-redundant', said)).toBe(reason);
  });
});

it('asks only rules that exist, and holds the fixes of such', () => {
  const asked = new Set<string>();
  const known = new Set(RULES.map(({ id }) => id));
  for (const { id } of RULES) {
    for (const kind of ['redis', 'managed', 'enterprise'] as const) {
      heldBack(id, kind, (other) => {
        asked.add(other);
        return [];
      });
    }
  }
  expect([...asked].filter((id) => !known.has(id))).toEqual([]);
  expect(asked.size).toBeGreaterThan(3);
});
