import { describe, expect, it } from 'vitest';
import { cloudFor } from '../../src/azure/clouds.ts';

describe('the clouds', () => {
  const known = [
    ['public', 'https://management.azure.com', 'https://login.microsoftonline.com', []],
    ['usgov', 'https://management.usgovcloudapi.net', 'https://login.microsoftonline.us', []],
    ['china', 'https://management.chinacloudapi.cn', 'https://login.chinacloudapi.cn', ['https://login.partner.microsoftonline.cn']],
  ] as const;
  for (const [name, endpoint, authority, aliases] of known) {
    it(`${name}: ${endpoint}, ${authority}`, () => {
      expect(cloudFor({ cloud: name })).toEqual({
        name,
        endpoint,
        authority,
        audience: endpoint,
        signInHosts: [authority, ...aliases],
        privateAuthority: false,
      });
    });
  }

  it('take endpoints by hand, without a trailing slash, and tokens are then for that Resource Manager', () => {
    expect(cloudFor({ cloud: 'public', armEndpoint: 'https://ARM.local:8443/', authority: 'https://login.local/' })).toEqual({
      name: 'custom',
      endpoint: 'https://arm.local:8443',
      authority: 'https://login.local',
      audience: 'https://arm.local:8443',
      signInHosts: ['https://login.local'],
      privateAuthority: true,
    });
  });

  it('keep an audience as it is written', () => {
    const audience = 'https://management.stack.onmicrosoft.com/a1b2/';
    expect(cloudFor({ cloud: 'public', armEndpoint: 'https://arm.local', audience }).audience).toBe(audience);
  });

  it('know an authority of Microsoft when it is given by hand', () => {
    expect(cloudFor({ cloud: 'public', authority: 'https://login.microsoftonline.us' }).privateAuthority).toBe(false);
  });

  const refused: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [{ armEndpoint: 'management.azure.com' }, /--arm-endpoint management\.azure\.com is not/],
    [{ armEndpoint: 'http://arm.local' }, /is not https/],
    [{ armEndpoint: 'https://arm.local/path' }, /more than a host/],
    [{ armEndpoint: 'https://arm.local?x=1' }, /more than a host/],
    [{ authority: 'https://login.local/adfs' }, /more than a host/],
    [{ authority: 'http://login.local' }, /is not https/],
    [{ audience: 'nonsense' }, /--audience nonsense is not a resource/],
  ];
  for (const [endpoints, message] of refused) {
    it(`refuse ${JSON.stringify(endpoints)}`, () => {
      expect(() => cloudFor({ cloud: 'public', ...endpoints })).toThrow(message);
    });
  }

  it('never repeat a password that stands in an address', () => {
    expect(() => cloudFor({ cloud: 'public', armEndpoint: 'https://user:canary@arm.local' })).toThrow(
      /^(?!.*canary).*holds a user or password/,
    );
  });
});
