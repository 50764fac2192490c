import { describe, expect, it } from 'vitest';
import { BY_SIX_RULES, SIX_RULES, scan } from './support/redvet.ts';
import { clusterListCalls, listCalls, startResourceManager, subscriptionId, tokenCalls, wireRedis } from './support/resource-manager.ts';

const [ONE, TWO, THREE] = [subscriptionId(1), subscriptionId(2), subscriptionId(3)];

/** A table that reads like the specification: what stands on the wire, and what each gate rule must say of it. */
const SUBNET = `/subscriptions/${ONE}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;
const CASES: readonly {
  readonly name: string;
  readonly rule: string;
  readonly wire: Readonly<Record<string, unknown>>;
  readonly outcome: string;
  readonly actual: string | null;
}[] = [
  { name: 'port-true', rule: 'non-ssl-port-disabled', wire: { enableNonSslPort: true }, outcome: 'fail', actual: 'true' },
  { name: 'port-false', rule: 'non-ssl-port-disabled', wire: { enableNonSslPort: false }, outcome: 'pass', actual: 'false' },
  { name: 'port-missing', rule: 'non-ssl-port-disabled', wire: { enableNonSslPort: undefined }, outcome: 'unknown', actual: null },
  { name: 'port-null', rule: 'non-ssl-port-disabled', wire: { enableNonSslPort: null }, outcome: 'unknown', actual: null },
  { name: 'port-text', rule: 'non-ssl-port-disabled', wire: { enableNonSslPort: 'True' }, outcome: 'unknown', actual: '"True"' },
  { name: 'port-text-false', rule: 'non-ssl-port-disabled', wire: { enableNonSslPort: 'false' }, outcome: 'unknown', actual: '"false"' },
  { name: 'tls-1-0', rule: 'minimum-tls-1-2', wire: { minimumTlsVersion: '1.0' }, outcome: 'fail', actual: '1.0' },
  { name: 'tls-1-1', rule: 'minimum-tls-1-2', wire: { minimumTlsVersion: '1.1' }, outcome: 'fail', actual: '1.1' },
  { name: 'tls-1-2', rule: 'minimum-tls-1-2', wire: { minimumTlsVersion: '1.2' }, outcome: 'pass', actual: '1.2' },
  { name: 'tls-1-3', rule: 'minimum-tls-1-2', wire: { minimumTlsVersion: '1.3' }, outcome: 'pass', actual: '1.3' },
  { name: 'tls-missing', rule: 'minimum-tls-1-2', wire: { minimumTlsVersion: undefined }, outcome: 'pass', actual: null },
  { name: 'tls-number', rule: 'minimum-tls-1-2', wire: { minimumTlsVersion: 1.2 }, outcome: 'unknown', actual: '1.2' },
  { name: 'tls-enum', rule: 'minimum-tls-1-2', wire: { minimumTlsVersion: 'TLS1_2' }, outcome: 'unknown', actual: '"TLS1_2"' },
  { name: 'tls-space', rule: 'minimum-tls-1-2', wire: { minimumTlsVersion: ' 1.2' }, outcome: 'unknown', actual: '" 1.2"' },
  {
    name: 'net-enabled',
    rule: 'public-network-access-disabled',
    wire: { publicNetworkAccess: 'Enabled' },
    outcome: 'fail',
    actual: 'Enabled',
  },
  {
    name: 'net-disabled',
    rule: 'public-network-access-disabled',
    wire: { publicNetworkAccess: 'Disabled' },
    outcome: 'pass',
    actual: 'Disabled',
  },
  {
    name: 'net-missing',
    rule: 'public-network-access-disabled',
    wire: { publicNetworkAccess: undefined },
    outcome: 'unknown',
    actual: null,
  },
  {
    name: 'net-perimeter',
    rule: 'public-network-access-disabled',
    wire: { publicNetworkAccess: 'SecuredByPerimeter' },
    outcome: 'unknown',
    actual: '"SecuredByPerimeter"',
  },
  {
    name: 'vnet-enabled',
    rule: 'public-network-access-disabled',
    wire: { publicNetworkAccess: 'Enabled', subnetId: SUBNET },
    outcome: 'not_applicable',
    actual: null,
  },
  {
    name: 'vnet-missing',
    rule: 'public-network-access-disabled',
    wire: { publicNetworkAccess: undefined, subnetId: SUBNET },
    outcome: 'not_applicable',
    actual: null,
  },
  {
    name: 'vnet-perimeter',
    rule: 'public-network-access-disabled',
    wire: { publicNetworkAccess: 'SecuredByPerimeter', subnetId: SUBNET },
    outcome: 'not_applicable',
    actual: null,
  },
  {
    name: 'vnet-nonsense',
    rule: 'public-network-access-disabled',
    wire: { publicNetworkAccess: 'Enabled', subnetId: 'yes' },
    outcome: 'unknown',
    actual: '"yes"',
  },
];

const NO_PROPERTIES = { ...wireRedis(THREE, 'no-properties'), properties: undefined };

const estate = () => ({
  subscriptions: [THREE, ONE, TWO],
  pageSize: 2,
  caches: {
    [ONE]: CASES.map(({ name, wire }) => wireRedis(ONE, name, wire)).reverse(),
    [TWO]: [wireRedis(TWO, 'good')],
    [THREE]: [NO_PROPERTIES],
  },
});

interface Found {
  readonly ruleId: string;
  readonly resourceName: string;
  readonly outcome: string;
  readonly actual: string | null;
}

describe('redvet scan on a live Resource Manager', () => {
  it('judges what stands on the wire, over three subscriptions and pages of two, with one sign-in', async () => {
    const arm = await startResourceManager(estate());
    const { code, stdout, stderr } = await scan(arm, ['-o', 'json', ...BY_SIX_RULES]);
    await arm.close();
    const result = JSON.parse(stdout);
    const findings: readonly Found[] = result.findings;
    const verdicts = CASES.map(({ name, rule }) => {
      const [found] = findings.filter(({ ruleId, resourceName }) => ruleId === rule && resourceName === name);
      return { name, rule, outcome: found?.outcome, actual: found?.actual };
    });
    expect(verdicts).toEqual(CASES.map(({ name, rule, outcome, actual }) => ({ name, rule, outcome, actual })));
    expect(findings.filter(({ resourceName }) => resourceName === 'no-properties').map(({ outcome }) => outcome)).toEqual(
      SIX_RULES.map(() => 'unknown'),
    );
    expect(findings.filter(({ resourceName }) => resourceName === 'good').map(({ ruleId, outcome }) => [ruleId, outcome])).toEqual(
      SIX_RULES.map((id) => [id, 'pass']),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('redvet: exit 1 (findings)');
    expect(result.status).toMatchObject({ outcome: 'findings', exitCode: 1, complete: false });
    expect(
      result.scope.subscriptions.map(({ id, status, caches }: { id: string; status: string; caches: number }) => [id, status, caches]),
    ).toEqual([
      [ONE, 'read', CASES.length],
      [TWO, 'read', 1],
      [THREE, 'read', 1],
    ]);
    expect(tokenCalls(arm)).toHaveLength(1);
    expect(listCalls(arm)).toHaveLength(CASES.length / 2 + 1 + 1);
    expect(clusterListCalls(arm)).toHaveLength(3);
    expect(arm.requests.filter(({ userAgent }) => userAgent?.startsWith('redvet/'))).toHaveLength(2 + CASES.length / 2 + 1 + 1 + 3);
    expect(new Set(arm.requests.filter(({ path }) => path.startsWith('/subscriptions')).map(({ method }) => method))).toEqual(
      new Set(['GET']),
    );
  });

  it("reads 60 subscriptions at a time, each with its tenant's token, and says one line on stderr", async () => {
    const ids = Array.from({ length: 60 }, (_, n) => subscriptionId(n + 1));
    const arm = await startResourceManager({
      subscriptions: ids,
      caches: Object.fromEntries(ids.map((id) => [id, [wireRedis(id, 'good')]])),
    });
    const { code, stderr } = await scan(arm, ['--concurrency', '60', '--tenant', 'contoso.example', ...BY_SIX_RULES]);
    await arm.close();
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'redvet: exit 0 (clean): 60 caches, nothing failed\n' });
    expect(tokenCalls(arm).map(({ path }) => path.split('?')[0])).toEqual(['/contoso.example/oauth2/v2.0/token']);
    expect(listCalls(arm)).toHaveLength(60);
    expect(new Set([...listCalls(arm), ...clusterListCalls(arm)].map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer loopback-token']),
    );
  });

  it('gives byte-identical findings twice, whatever the concurrency', async () => {
    const arm = await startResourceManager(estate());
    const [one, other] = [await scan(arm, ['-o', 'json']), await scan(arm, ['-o', 'json', '--concurrency', '1'])];
    await arm.close();
    const stable = (stdout: string): string => stdout.slice(0, stdout.indexOf('\n"run": '));
    expect(stable(one.stdout)).toContain('"ruleId":"non-ssl-port-disabled"');
    expect(stable(other.stdout)).toBe(stable(one.stdout));
  });
});
