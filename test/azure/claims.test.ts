import { describe, expect, it } from 'vitest';
import { claimsIn } from '../../src/azure/claims.ts';

const tokenOf = (payload: string): string => `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(payload).toString('base64url')}.c2lnbmF0dXJl`;

const claimsOf = (claims: Readonly<Record<string, unknown>>) => claimsIn(tokenOf(JSON.stringify(claims)));

const NOTHING = { type: null, name: null, objectId: null, tenantId: null, appId: null, appName: null };

describe('the claims of a token', () => {
  it('tell an application', () => {
    expect(claimsOf({ tid: 't', oid: 'o', appid: 'a', app_displayname: 'pipeline', idtyp: 'app', iss: 'x' })).toEqual({
      ...{ type: 'app', name: null, objectId: 'o', tenantId: 't', appId: 'a', appName: 'pipeline' },
    });
  });

  it('tell a person, by whichever name the token has', () => {
    const upn = { upn: 'ada@example.com', unique_name: 'live.com#ada', idtyp: 'user' };
    expect(claimsOf(upn)).toEqual({ ...NOTHING, type: 'user', name: 'ada@example.com' });
    expect(claimsOf({ unique_name: 'live.com#ada' })).toEqual({ ...NOTHING, type: 'user', name: 'live.com#ada' });
    expect(claimsOf({ preferred_username: 'ada', azp: 'client' })).toEqual({ ...NOTHING, type: 'user', name: 'ada', appId: 'client' });
  });

  it('tell the tool that a person signed in by, though the token does not', () => {
    expect(claimsOf({ appid: '04b07795-8ddb-461a-bbee-02f9e1bf7b46' }).appName).toBe('Microsoft Azure CLI');
    expect(claimsOf({ appid: '1950a258-227b-4e31-a9cf-717495945fc2' }).appName).toBe('Microsoft Azure PowerShell');
  });

  it('are texts, shortened, and no secrets', () => {
    expect(claimsOf({ oid: 7, tid: null, appid: {}, upn: '' })).toEqual(NOTHING);
    expect(claimsOf({ upn: 'x'.repeat(5_000) }).name?.length).toBeLessThan(210);
    expect(claimsOf({ upn: 'password=hunter2-hunter2' }).name).not.toContain('hunter2');
    expect(claimsIn(tokenOf('{"__proto__": {"oid": "forged"}}'))).toEqual(NOTHING);
  });

  it.each(['', 'opaque', '..', 'a.b.c', tokenOf('[]'), tokenOf('null'), tokenOf('"text"'), tokenOf('{"oid":')])(
    'are none of what is no such token: %j',
    (token) => {
      expect(claimsIn(token)).toEqual(NOTHING);
    },
  );
});
