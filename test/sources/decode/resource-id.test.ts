import { describe, expect, it } from 'vitest';
import { isSubnetId, isSubscriptionId, readResourceId } from '../../../src/sources/decode/resource-id.ts';

describe('readResourceId', () => {
  it('takes the id of a top-level resource apart and keeps the case of each part', () => {
    expect(readResourceId('/subscriptions/S-1/resourceGroups/My.Group_(1)/providers/Microsoft.Cache/Redis/My-Cache')).toEqual({
      subscriptionId: 'S-1',
      resourceGroup: 'My.Group_(1)',
      provider: 'Microsoft.Cache',
      type: 'Redis',
      name: 'My-Cache',
    });
  });

  it('reads the fixed words without regard to case', () => {
    expect(readResourceId('/SUBSCRIPTIONS/s/RESOURCEGROUPS/g/PROVIDERS/p/t/n')).toEqual({
      subscriptionId: 's',
      resourceGroup: 'g',
      provider: 'p',
      type: 't',
      name: 'n',
    });
  });

  it.each([
    ['nothing', ''],
    ['a name', 'my-cache'],
    ['a subscription', '/subscriptions/s'],
    ['a resource group', '/subscriptions/s/resourceGroups/g'],
    ['an id without its first slash', 'subscriptions/s/resourceGroups/g/providers/p/t/n'],
    ['an id with a slash at its end', '/subscriptions/s/resourceGroups/g/providers/p/t/n/'],
    ['an empty part', '/subscriptions//resourceGroups/g/providers/p/t/n'],
    ['a child resource', '/subscriptions/s/resourceGroups/g/providers/p/t/n/firewallRules/r'],
    ['a resource of the subscription', '/subscriptions/s/providers/p/t/n'],
    ['another resource before it', '/x/subscriptions/s/resourceGroups/g/providers/p/t/n'],
    ['an id inside of a text', 'see /subscriptions/s/resourceGroups/g/providers/p/t/n'],
    ['other words', '/subscription/s/resourceGroups/g/providers/p/t/n'],
  ])('refuses %s', (_, text) => {
    expect(readResourceId(text)).toBeNull();
  });
});

describe('isSubnetId', () => {
  const subnet = (network: string) => `/subscriptions/s/resourceGroups/g/providers/${network}/virtualNetworks/v/subnets/n`;

  it.each([
    [subnet('Microsoft.Network'), true],
    [subnet('Microsoft.ClassicNetwork'), true],
    [subnet('microsoft.network').toUpperCase(), true],
    [subnet('Microsoft.Compute'), false],
    [subnet('MicrosoftXNetwork'), false],
    [`${subnet('Microsoft.Network')}/x`, false],
    [`x${subnet('Microsoft.Network')}`, false],
    ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v', false],
    ['yes', false],
    ['', false],
  ])('takes %s for a subnet: %j', (text, expected) => {
    expect(isSubnetId(text)).toBe(expected);
  });
});

describe('isSubscriptionId', () => {
  it.each([
    ['01234567-89ab-cdef-0123-456789abcdef', true],
    ['01234567-89AB-CDEF-0123-456789ABCDEF', true],
    ['01234567-89ab-cdef-0123-456789abcdeg', false],
    ['01234567-89ab-cdef-0123-456789abcde', false],
    ['0123456789abcdef0123456789abcdef', false],
    ['{01234567-89ab-cdef-0123-456789abcdef}', false],
    ['01234567-89ab-cdef-0123-456789abcdef/../x', false],
    [' 01234567-89ab-cdef-0123-456789abcdef', false],
    ['01234567-89ab-cdef-0123-456789abcdef\n', false],
    ['', false],
  ])('takes %j for the id of a subscription: %j', (text, expected) => {
    expect(isSubscriptionId(text)).toBe(expected);
  });
});
