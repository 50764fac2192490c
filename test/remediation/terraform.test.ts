import { describe, expect, it } from 'vitest';
import type { TerraformFix } from '../../src/model/fix.ts';
import { planOf } from '../../src/remediation/plan.ts';
import { remediationOf } from '../../src/remediation/remediation.ts';
import { terraformFile } from '../../src/remediation/terraform-file.ts';
import { managedRedis, patch, redisCache } from '../../src/rules/fixes.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { clusterId } from '../support/cache.ts';
import { decide, failing, MANAGED, REDIS, ruleWith, written } from '../support/mending.ts';

const CHANGES = () => [patch({ a: 1 })];

describe('a fix in Terraform', () => {
  it('names the resource, and the attribute by both of its names', () => {
    expect(remediationOf(nonSslPortDisabled, REDIS).terraform).toBe(
      ['# in azurerm_redis_cache', 'non_ssl_port_enabled = false', '# azurerm before 4.0:', '#   enable_non_ssl_port = false'].join('\n'),
    );
  });

  it('is that of the kind of cache', () => {
    const rule = ruleWith('any', { terraform: { redis: redisCache('a = 1'), managed: managedRedis('b = 2') } });
    expect([REDIS, MANAGED, { ...MANAGED, kind: 'enterprise' as const }].map((target) => remediationOf(rule, target).terraform)).toEqual([
      '# in azurerm_redis_cache\na = 1',
      '# in azurerm_managed_redis\nb = 2',
      null,
    ]);
  });

  it('is there also for a cache that no command may name, because it names none', () => {
    expect(remediationOf(nonSslPortDisabled, { ...REDIS, id: "'" }).terraform).toContain('non_ssl_port_enabled');
  });
});

describe('a file in Terraform', () => {
  /** What is no comment, of a redis cache with these fixes. */
  const declared = (...fixes: readonly TerraformFix[]): readonly string[] => {
    const rules = fixes.map((redis, index) => ruleWith(`rule-${index}`, { steps: CHANGES, terraform: { redis } }));
    return declaredIn(
      written(
        terraformFile,
        planOf(
          rules.map(({ id }) => failing(id)),
          rules,
        ),
      ),
    );
  };

  const declaredIn = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

  const block = (...lines: readonly string[]): readonly string[] => [
    'resource "azurerm_redis_cache" "redis_orders" {',
    ...lines.map((line) => `  ${line}`),
    '}',
  ];

  it('has one block for a cache', () => {
    expect(declared(redisCache('a = 1'), redisCache('b = "2"'))).toEqual(block('a = 1', 'b = "2"'));
  });

  it('makes one of blocks of the same name, however deep', () => {
    expect(
      declared(
        redisCache('redis_configuration {', '  a = 1', '  deep {', 'b = 2', '}', '}'),
        redisCache('redis_configuration {', '  deep {', '    c = 3', '  }', '  d = 4', '}'),
      ),
    ).toEqual(block('redis_configuration {', '  a = 1', '  deep {', '    b = 2', '    c = 3', '  }', '  d = 4', '}'));
  });

  it('keeps blocks of other names apart', () => {
    expect(declared(redisCache('x "a" {', '}', 'y {', '}'), redisCache('x "b" {', '}'))).toEqual(
      block('x "a" {', '}', 'y {', '}', 'x "b" {', '}'),
    );
  });

  it('lets the later one have the last word where two set the same attribute', () => {
    expect(declared(redisCache('capacity = 0', 'b = 1'), redisCache('capacity = 1'))).toEqual(block('capacity = 1', 'b        = 1'));
  });

  it('joins maps and leaves lists that span lines whole', () => {
    expect(
      declared(redisCache('tags = {', 'A = "1"', '}', 'zones = [', '"1",', '"2",', ']'), redisCache('tags = {', 'B = "2"', '}')),
    ).toEqual(block('tags = {', '  A = "1"', '  B = "2"', '}', 'zones = [', '  "1",', '  "2",', ']'));
  });

  it('aligns attributes as terraform fmt does', () => {
    expect(declared(redisCache('a=1', 'long_name   =  "x = y"', 'block {', 'b = 1', '}', 'c = 1'))).toEqual(
      block('a         = 1', 'long_name = "x = y"', 'block {', '  b = 1', '}', 'c = 1'),
    );
  });

  it('has another block where a cache is declared by two resources', () => {
    const rules = [
      ruleWith('one', {
        steps: CHANGES,
        terraform: { enterprise: { resource: 'azurerm_redis_enterprise_cluster', lines: ['a = 1'], older: null } },
      }),
      ruleWith('two', {
        steps: CHANGES,
        terraform: { enterprise: { resource: 'azurerm_redis_enterprise_database', lines: ['b = 2'], older: null } },
      }),
    ];
    const findings = rules.map(({ id }) => failing(id, { resourceKind: 'enterprise', resourceId: clusterId('c') }));
    expect(declaredIn(written(terraformFile, planOf(findings, rules)))).toEqual([
      'resource "azurerm_redis_enterprise_cluster" "redis_c" {',
      '  a = 1',
      '}',
      'resource "azurerm_redis_enterprise_database" "redis_c" {',
      '  b = 2',
      '}',
    ]);
  });

  it('leaves in comments what needs a decision, is held, or is a resource of its own', () => {
    const rules = [
      ruleWith('public-network-access-disabled', { steps: CHANGES, terraform: { redis: redisCache('public = false') } }),
      ruleWith('waits', { steps: () => [decide('Choose'), patch({ a: 1 })], terraform: { redis: redisCache('waits = true') } }),
      ruleWith('own', {
        steps: CHANGES,
        terraform: { redis: { resource: 'azurerm_redis_firewall_rule', lines: ['start = "A"'], older: null } },
      }),
      ruleWith('in-vain', { steps: () => [], terraform: { redis: redisCache('replaces = true') } }),
      ruleWith('nowhere', { steps: CHANGES }),
    ];
    const findings = [...rules.map(({ id }) => failing(id)), failing('private-endpoint-approved')];
    const text = written(terraformFile, planOf(findings, rules));
    expect(declaredIn(text)).toEqual([]);
    for (const line of [
      '#    Held back: this cache has to pass private-endpoint-approved first.',
      '#      public = false',
      '#      waits = true',
      '#      # in azurerm_redis_firewall_rule',
      '#      start = "A"',
      '#      replaces = true',
      '#      azurerm has nothing for it',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('shows the older names of what it declares beside it', () => {
    const text = written(terraformFile, planOf([failing(nonSslPortDisabled.id)], [nonSslPortDisabled]));
    expect(declaredIn(text)).toEqual(block('non_ssl_port_enabled = false'));
    expect(text).toContain('#      # azurerm before 4.0:\n#      #   enable_non_ssl_port = false\n');
  });
});
