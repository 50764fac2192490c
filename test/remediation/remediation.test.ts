import { describe, expect, it } from 'vitest';
import { databaseId } from '../../src/model/fix.ts';
import { clientChanges } from '../../src/remediation/clients.ts';
import { explainedFix } from '../../src/remediation/explained.ts';
import { remediationOf } from '../../src/remediation/remediation.ts';
import { configure, database, named, patch, show, showDatabase } from '../../src/rules/fixes.ts';
import { RULES } from '../../src/rules/index.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { clusterId, SUBSCRIPTION } from '../support/cache.ts';
import { az, decide, fixWith, MANAGED, REDIS, ruleWith, wordsInShell } from '../support/mending.ts';

describe('what mends a finding', () => {
  it('is said in every language that we know of it', () => {
    const { fix } = nonSslPortDisabled;
    expect(remediationOf(nonSslPortDisabled, REDIS)).toEqual({
      summary: fix.summary,
      risk: fix.risk,
      az: `az rest --method patch --url '${REDIS.id}?api-version=2024-11-01' --body '{"properties":{"enableNonSslPort":false}}' -o none`,
      bicep: '// in Microsoft.Cache/redis@2024-11-01\nproperties: {\n  enableNonSslPort: false\n}',
      terraform: '# in azurerm_redis_cache\nnon_ssl_port_enabled = false\n# azurerm before 4.0:\n#   enable_non_ssl_port = false',
      policy:
        `az policy assignment create --name redvet-redis-tls --scope '/subscriptions/${SUBSCRIPTION}' ` +
        `--policy 22bee202-a82f-4305-9a2a-6d7f44d4dedb --params '{"effect":{"value":"Deny"}}' --subscription ${SUBSCRIPTION}`,
      verify: `az resource show --ids '${REDIS.id}' --api-version 2024-11-01 --query properties.enableNonSslPort -o tsv`,
      rollback: fix.rollback,
      portal: fix.portal,
      clients: clientChanges(fix, 'redis'),
      rotateKeys: [
        '# First, when the fix is in force: regenerate the secondary key. Whoever uses that one is cut off.',
        `az redis regenerate-keys -n orders -g rg-test --subscription ${SUBSCRIPTION} --key-type Secondary -o none`,
        '# Then, when every client and Key Vault have the new secondary key:',
        `# az redis regenerate-keys -n orders -g rg-test --subscription ${SUBSCRIPTION} --key-type Primary -o none`,
      ].join('\n'),
    });
  });

  it('is no more than its texts where nothing else is known of it', () => {
    expect(remediationOf(ruleWith('any'), REDIS)).toEqual({
      summary: 'Do it.',
      risk: 'It hurts.',
      az: null,
      bicep: null,
      terraform: null,
      policy: null,
      verify: null,
      rollback: 'Undo it.',
      portal: null,
      clients: [],
      rotateKeys: null,
    });
  });

  it('regenerates the keys of a cluster by its database', () => {
    const { rotateKeys } = remediationOf(ruleWith('any', { rotateKeys: true }), MANAGED);
    expect(rotateKeys).toContain(
      `\naz redisenterprise database regenerate-key --cluster-name orders -g rg-test --subscription ${SUBSCRIPTION} --key-type Secondary -o none\n`,
    );
  });

  it('regenerates one key only when it is pasted whole', () => {
    const { rotateKeys } = remediationOf(nonSslPortDisabled, REDIS);
    expect(wordsInShell(rotateKeys ?? '').filter((word) => /^(?:Primary|Secondary)$/.test(word))).toEqual(['Secondary']);
  });

  it.each([[['redis']], [['managed', 'enterprise']], [['enterprise']]] as const)('assigns a policy for %s to just these', (kinds) => {
    const rule = ruleWith('any', { policy: { id: 'guid', displayName: 'x', kinds, effect: 'Deny', assignment: 'name', risk: 'x' } });
    const assigned = (['redis', 'managed', 'enterprise'] as const).filter(
      (kind) => remediationOf(rule, kind === 'redis' ? REDIS : { ...MANAGED, kind }).policy !== null,
    );
    expect(assigned).toEqual(kinds);
  });

  it('assigns a policy that cannot deny without a parameter', () => {
    const policy = { id: 'guid', displayName: 'x', kinds: ['redis'], effect: 'AuditIfNotExists', assignment: 'name', risk: 'x' } as const;
    expect(remediationOf(ruleWith('any', { policy }), REDIS).policy).toBe(
      `az policy assignment create --name name --scope '/subscriptions/${SUBSCRIPTION}' --policy guid --subscription ${SUBSCRIPTION}`,
    );
  });
});

describe('what has to change in clients', () => {
  it.each([
    ['redis', '6380'],
    ['managed', '10000'],
    ['enterprise', '10000'],
  ] as const)('names the port of %s that speaks TLS, %s', (kind, port) => {
    const changes = clientChanges(fixWith({ clients: 'tls' }), kind);
    expect(changes.map(({ client }) => client)).toEqual([
      'StackExchange.Redis',
      'redis-py',
      'redis-cli',
      'Jedis',
      'Lettuce',
      'go-redis',
      'node-redis',
      'ioredis',
    ]);
    expect(changes.filter(({ change }) => !change.includes(port))).toEqual([]);
    expect(changes.filter(({ change }) => change.includes('PORT'))).toEqual([]);
  });

  it('names for each client what brings it tokens', () => {
    const packages = clientChanges(fixWith({ clients: 'entra' }), 'redis').map(({ client, change }) => [
      client,
      /^package (\S+):/.exec(change)?.[1],
    ]);
    expect(packages).toEqual([
      ['StackExchange.Redis', 'Microsoft.Azure.StackExchangeRedis'],
      ['redis-py', 'redis-entraid'],
      ['Jedis', 'redis-authx-entraid'],
      ['Lettuce', 'redis-authx-entraid'],
      ['go-redis', 'go-redis-entraid'],
      ['node-redis', '@redis/entraid'],
    ]);
  });

  it('is nothing for a fix that does not concern them', () => {
    expect(clientChanges(fixWith(), 'redis')).toEqual([]);
  });
});

describe('an explained fix', () => {
  it('has variables in the place of names, and sets those that it uses', () => {
    const rule = ruleWith('any', {
      steps: (cache) => [
        patch({ a: "it's" }),
        configure({ subscription: cache.subscriptionId }),
        az('redis', 'x', ...named(cache)),
        decide(`Make pe-${cache.name}`, 'network', 'pe', '-n', `pe-${cache.name}`, '--also', `${cache.name}2`, '--id', cache.id),
      ],
      verify: show('a'),
      terraform: { redis: { resource: 'azurerm_redis_cache', lines: ['a = 1'], older: null } },
      policy: { id: 'guid', displayName: 'x', kinds: ['redis'], effect: 'AuditIfNotExists', assignment: 'name', risk: 'x' },
    });
    expect(explainedFix(rule, 'redis')).toEqual({
      variables: [
        'ID=/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Cache/redis/NAME',
        'N=NAME',
        'G=GROUP',
        'S=SUBSCRIPTION',
      ],
      az: [
        `az rest --method patch --url "$ID?api-version=2024-11-01" --body '{"properties":{"a":"it'\\''s"}}' -o none`,
        'az resource wait --ids "$ID" --api-version 2024-11-01 --updated --interval 30 --timeout 3600',
        `az rest --method patch --url "$ID?api-version=2024-11-01" --body '{"properties":{"redisConfiguration":{"subscription":"'"$S"'"}}}' -o none`,
        'az resource wait --ids "$ID" --api-version 2024-11-01 --updated --interval 30 --timeout 3600',
        'az redis x -n "$N" -g "$G" --subscription "$S" -o none',
        '# Make pe-$N:',
        '# az network pe -n "pe-$N" --also "$' + '{N}2" --id "$ID" -o none',
      ],
      bicep: [
        '// in Microsoft.Cache/redis@2024-11-01',
        'properties: {',
        "  a: 'it\\'s'",
        '  redisConfiguration: {',
        "    subscription: 'SUBSCRIPTION'",
        '  }',
        '}',
      ],
      terraform: ['# in azurerm_redis_cache', 'a = 1'],
      policy: 'az policy assignment create --name name --scope "/subscriptions/$S" --policy guid --subscription "$S"',
      verify: 'az resource show --ids "$ID" --api-version 2024-11-01 --query properties.a -o tsv',
      clients: [],
      rotateKeys: [],
    });
  });

  it('names the cluster and its database', () => {
    const rule = ruleWith('any', {
      steps: (cache) => [patch({ a: 1 }), database({ b: 'c' }), az('x', '--resource', databaseId(cache), '-o', 'none')],
      verify: showDatabase('b'),
      rotateKeys: true,
    });
    const { variables, az: lines, verify, rotateKeys } = explainedFix(rule, 'managed');
    expect({ variables, lines, verify, rotateKeys }).toEqual({
      variables: [
        'CL=/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Cache/redisEnterprise/NAME',
        'DB="$CL/databases/default"',
        'N=NAME',
        'G=GROUP',
        'S=SUBSCRIPTION',
      ],
      lines: [
        `az rest --method patch --url "$CL?api-version=2025-07-01" --body '{"properties":{"a":1}}' -o none`,
        `az resource wait --ids "$CL" --api-version 2025-07-01 --custom "properties.resourceState=='Running'" --interval 30 --timeout 3600`,
        'az resource update --ids "$DB" --api-version 2025-07-01 --set properties.b=c -o none',
        `az resource wait --ids "$DB" --api-version 2025-07-01 --custom "properties.resourceState=='Running'" --interval 30 --timeout 3600`,
        'az x --resource "$DB" -o none',
      ],
      verify: 'az resource show --ids "$DB" --api-version 2025-07-01 --query properties.b -o tsv',
      rotateKeys: [
        '# First, when the fix is in force: regenerate the secondary key. Whoever uses that one is cut off.',
        'az redisenterprise database regenerate-key --cluster-name "$N" -g "$G" --subscription "$S" --key-type Secondary -o none',
        '# Then, when every client and Key Vault have the new secondary key:',
        '# az redisenterprise database regenerate-key --cluster-name "$N" -g "$G" --subscription "$S" --key-type Primary -o none',
      ],
    });
  });

  it('sets the cluster where only its database is named', () => {
    expect(explainedFix(ruleWith('any', { verify: showDatabase('b') }), 'enterprise').variables.map((line) => line.split('=')[0])).toEqual([
      'CL',
      'DB',
    ]);
  });

  const KINDS = RULES.flatMap((rule) => rule.appliesTo.map((kind) => ({ id: rule.id, kind, rule })));

  it.each(KINDS)('is what a finding of $id on $kind says, with the names set', ({ rule, kind }) => {
    const target = kind === 'redis' ? { ...REDIS, sku: null } : { ...MANAGED, id: clusterId('orders'), kind, sku: null };
    const explained = explainedFix(rule, kind);
    const names: Readonly<Record<string, string>> = { NAME: 'orders', GROUP: 'rg-test', SUBSCRIPTION };
    const variables = explained.variables.map((line) => line.replaceAll(/\b(?:NAME|GROUP|SUBSCRIPTION)\b/g, (name) => names[name] ?? name));
    const said = remediationOf(rule, target);
    const sameWords = (lines: readonly string[], text: string | null): void => {
      const uncommented = lines.map((line) => line.replace(/^# (?=az )/, ''));
      const expected = text?.replaceAll(/^# (?=az )/gm, '') ?? '';
      expect(wordsInShell([...variables, ...uncommented].join('\n'))).toEqual(wordsInShell(expected));
    };
    sameWords(explained.az, said.az);
    sameWords([explained.verify ?? ''], said.verify);
    sameWords([explained.policy ?? ''], said.policy);
    sameWords(explained.rotateKeys, said.rotateKeys);
    expect(explained.bicep.join('\n')).toBe(said.bicep ?? '');
    expect(explained.terraform.join('\n')).toBe(said.terraform ?? '');
    expect(JSON.stringify(explained)).not.toMatch(/\\ue00|[\ue000\ue001]/i);
  });
});
