import { describe, expect, it } from 'vitest';
import { brief, cacheIn, type Json, redis } from '../../support/templates.ts';

const LATER = 'an expression that is evaluated when it is deployed';

const PARAMETERS = {
  yes: { type: 'bool', defaultValue: true },
  no: { type: 'bool', defaultValue: false },
  open: { type: 'bool' },
  tls: { type: 'string', defaultValue: '1.2' },
  text: { type: 'string' },
  empty: { type: 'string', defaultValue: '' },
  five: { type: 'int', defaultValue: 5 },
  settings: { type: 'object', defaultValue: { port: { enabled: true }, versions: ['1.0', '1.2'] } },
};

const VARIABLES = {
  tls: "[parameters('tls')]",
  both: { port: "[parameters('no')]", tls: "[variables('tls')]" },
  one: "[variables('other')]",
  other: "[variables('one')]",
  copy: [{ name: 'made', count: 3, input: 'x' }],
};

const readAs = async (expression: unknown, name: 'enableNonSslPort' | 'minimumTlsVersion'): Promise<unknown> => {
  const cache = await cacheIn({ parameters: PARAMETERS, variables: VARIABLES, resources: [redis({ [name]: expression })] });
  return brief(name === 'enableNonSslPort' ? cache.nonSslPort : cache.minimumTlsVersion);
};

describe('an expression for a switch', () => {
  it.each<[expression: string, value: unknown]>([
    ["[parameters('yes')]", true],
    ["[parameters('YES')]", true],
    ["[PARAMETERS('no')]", false],
    ["[ parameters( 'no' ) ]", false],
    ["[not(parameters('yes'))]", false],
    ['[true()]', true],
    ['[false()]', false],
    ['[null()]', { byDefault: false }],
    ["[json('null')]", { byDefault: false }],
    ["[json('true')]", true],
    ["[if(parameters('no'), true(), false())]", false],
    ["[if(parameters('open'), true(), false())]", { deferred: 'depends on parameter open' }],
    ["[if(equals(parameters('tls'), '1.2'), false(), true())]", false],
    ["[equals(parameters('tls'), 'x')]", false],
    ["[equals(1, '1')]", { deferred: `${LATER}: [equals(1, '1')]` }],
    ['[equals(createObject(), createObject())]', { deferred: `${LATER}: [equals(createObject(), createObject())]` }],
    ["[and(parameters('no'), parameters('open'))]", false],
    ["[and(parameters('yes'), parameters('open'))]", { deferred: 'depends on parameter open' }],
    ["[or(parameters('yes'), parameters('open'))]", true],
    ["[or(parameters('no'), parameters('no'))]", false],
    ["[bool('TRUE')]", true],
    ['[bool(0)]', false],
    ["[bool('perhaps')]", { deferred: `${LATER}: [bool('perhaps')]` }],
    ["[empty(parameters('empty'))]", true],
    ["[empty(format('x{0}', parameters('text')))]", false],
    ["[empty(parameters('text'))]", { deferred: 'depends on parameter text' }],
    ["[contains(parameters('settings').versions, '1.2')]", true],
    ["[contains(parameters('settings'), 'PORT')]", true],
    ["[contains('abc', 'B')]", false],
    ["[startsWith('ABC', 'ab')]", true],
    ["[greater(parameters('five'), 4)]", true],
    ["[parameters('settings').port.enabled]", true],
    ["[parameters('settings')['Port'].ENABLED]", true],
    ["[parameters('settings').gone]", { deferred: `${LATER}: [parameters('settings').gone]` }],
    ["[variables('both').port]", false],
    ["[coalesce(null(), parameters('yes'))]", true],
    ["[coalesce(parameters('open'), true())]", { deferred: 'depends on parameter open' }],
    ["[union(createObject('a', true()), createObject('A', false())).a]", false],
    ["[union(parameters('settings'), createObject('port', createObject('other', 1))).port.enabled]", true],
    ["[shallowMerge(createArray(createObject('a', true()), createObject('b', 1))).a]", true],
    ['[first(createArray(true(), false()))]', true],
    ["[tryGet(parameters('settings'), 'port', 'Enabled')]", true],
    ["[tryGet(parameters('settings'), 'gone', 'enabled')]", { byDefault: false }],
    ["[tryGet(parameters('text'), 'enabled')]", { deferred: 'depends on parameter text' }],
    ["[tryGet(parameters('settings').versions, 7)]", { byDefault: false }],
    ["[contoso.isOpen('x')]", { deferred: `${LATER}: [contoso.isOpen('x')]` }],
    ["[reference('x').enabled]", { deferred: `${LATER}: [reference('x').enabled]` }],
    ["[parameters('gone')]", { deferred: 'depends on parameter gone, which is not declared' }],
    ["[variables('gone')]", { deferred: 'depends on variable gone, which is not declared' }],
    ["[variables('made')]", { deferred: 'depends on variable made, which a copy loop makes' }],
    ["[variables('one')]", { deferred: 'one depends on itself' }],
    ['[[false()]', { invalid: '"[false()]" is not true or false' }],
    ['[false()', { invalid: '"[false()" is not true or false' }],
    ['true', { invalid: '"true" is not true or false' }],
    ['[]', { deferred: 'an expression that cannot be read' }],
    ['[false() false()]', { deferred: 'an expression that cannot be read' }],
    ["[parameters('yes'", { invalid: '"[parameters(\'yes\'" is not true or false' }],
    ['[!true()]', { deferred: 'an expression that cannot be read' }],
    [`[${'not('.repeat(300)}true()${')'.repeat(300)}]`, { deferred: 'an expression that cannot be read' }],
  ])('%s is %j', async (expression, value) => {
    expect(await readAs(expression, 'enableNonSslPort')).toEqual(value);
  });
});

describe('an expression for a text', () => {
  it.each<[expression: string, value: unknown]>([
    ["[parameters('tls')]", '1.2'],
    ["[variables('tls')]", '1.2'],
    ["[variables('both').tls]", '1.2'],
    ["[concat('1', '.', 2)]", '1.2'],
    ["[format('{0}.{1}', 1, string(2))]", '1.2'],
    ["[format('{0:D2}', 1)]", { deferred: `${LATER}: [format('{0:D2}', 1)]` }],
    ["[parameters('settings').versions[1]]", '1.2'],
    ["[parameters('settings').versions[7]]", { deferred: `${LATER}: [parameters('settings').versions[7]]` }],
    ["[toLower('1.2')]", '1.2'],
    ["[replace('1-2', '-', '.')]", '1.2'],
    ["[split('1.0,1.2', ',')[1]]", '1.2'],
    ["[last(createArray('1.0', '1.2'))]", '1.2'],
    ["[if(parameters('yes'), '1.0', parameters('text'))]", '1.0'],
    ["[trim(' 1.2 ')]", '1.2'],
    ["[take('1.234', 3)]", '1.2'],
    ["[take(skip('v1.2', 1), 9)]", '1.2'],
    ["[take(parameters('text'), 3)]", { deferred: 'depends on parameter text' }],
    ["[concat('1.', parameters('text'))]", { deferred: 'depends on parameter text' }],
    ["['1.2']", '1.2'],
    ["['it''s']", { invalid: '"it\'s" is not one of 1.0, 1.1, 1.2, 1.3' }],
    ['[1]', { invalid: '1 is not one of 1.0, 1.1, 1.2, 1.3' }],
    ['[uniqueString(resourceGroup().id)]', { deferred: `${LATER}: [uniqueString(resourceGroup().id)]` }],
  ])('%s is %j', async (expression, value) => {
    expect(await readAs(expression, 'minimumTlsVersion')).toEqual(value);
  });

  it('is told as it is written, and where', async () => {
    const { minimumTlsVersion } = await cacheIn({
      parameters: PARAMETERS,
      resources: [redis({ minimumTlsVersion: "[parameters('text')]" })],
    });
    expect(minimumTlsVersion).toEqual({
      known: false,
      path: 'properties.minimumTlsVersion',
      kind: 'deferred',
      reason: 'depends on parameter text',
      actual: "[parameters('text')]",
    });
  });
});

const SUBNET = '/subscriptions/.../resourceGroups/.../providers/Microsoft.Network/virtualNetworks';

describe('an id', () => {
  it.each<[expression: string, value: unknown]>([
    ["[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'caches')]", `${SUBNET}/net/subnets/caches`],
    ["[resourceId('Microsoft.Network/virtualNetworks/subnets', parameters('text'), 'caches')]", `${SUBNET}/.../subnets/caches`],
    ["[concat(resourceId('Microsoft.Network/virtualNetworks', 'net'), '/subnets/', parameters('text'))]", `${SUBNET}/net/subnets/...`],
    [
      "[resourceId('rg-net', 'Microsoft.Network/virtualNetworks/subnets', 'net', 'caches')]",
      '/subscriptions/.../resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/net/subnets/caches',
    ],
    [
      "[extensionResourceId(subscription().id, 'Microsoft.Network/virtualNetworks/subnets', 'net', 'caches')]",
      { deferred: `${LATER}: [extensionResourceId(subscription().id, 'Microsoft.Network/virtualNetworks/subnets', 'net', 'caches')]` },
    ],
    ["[resourceId('Microsoft.Network/virtualNetworks', 'net')]", { invalid: expect.stringMatching(/is not the id of a subnet$/) }],
    ["[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net')]", { deferred: expect.stringContaining(LATER) }],
    ["[parameters('text')]", { deferred: 'depends on parameter text' }],
    ["[if(empty(parameters('empty')), null(), parameters('empty'))]", { byDefault: null }],
  ])('%s of a subnet is %j', async (subnetId, value) => {
    const { subnetId: fact } = await cacheIn({ parameters: PARAMETERS, resources: [redis({ subnetId })] });
    expect(brief(fact)).toEqual(value);
  });
});

describe('an object', () => {
  const properties = async (value: unknown, more: Json = {}) => {
    const cache = await cacheIn({ parameters: PARAMETERS, resources: [{ ...redis(), properties: value }], ...more });
    return [cache.nonSslPort, cache.minimumTlsVersion].map(brief);
  };

  it('may be an expression as a whole', async () => {
    const variables = { all: { sku: {}, enableNonSslPort: true, minimumTlsVersion: "[parameters('tls')]" } };
    expect(await properties("[variables('all')]", { variables })).toEqual([true, '1.2']);
  });

  it('leaves all open that is inside, if it is open itself', async () => {
    const inside = { deferred: 'depends on parameter text' };
    expect(await properties("[createObject('a', parameters('text')).a]")).toEqual([inside, inside]);
  });

  it('has what is put over it', async () => {
    expect(await properties("[union(createObject('enableNonSslPort', false()), createObject('EnableNonSslPort', true()))]")).toEqual([
      true,
      { byDefault: '1.2' },
    ]);
  });

  it('is open where its properties are made by a loop, or have names that are open', async () => {
    const copy = [{ name: 'enableNonSslPort', count: 1, input: false }];
    expect(await properties({ copy })).toEqual([{ deferred: 'a copy loop makes it when it is deployed' }, { byDefault: '1.2' }]);
    const open = { deferred: 'depends on parameter text' };
    expect(await properties({ "[parameters('text')]": true })).toEqual([open, open]);
  });

  it('may have a name that is an expression', async () => {
    expect(await properties({ "[concat('enableNonSsl', 'Port')]": true })).toEqual([true, { byDefault: '1.2' }]);
  });
});
