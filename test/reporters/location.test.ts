import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cache, Origin } from '../../src/model/cache.ts';
import { locationOf, type Placing, scopeLocation, uriOf } from '../../src/reporters/location.ts';
import { cacheId, compliantCache, declaredIn, SUBSCRIPTION } from '../support/cache.ts';
import { choicesOf } from '../support/run.ts';

type Locations = Placing['sarif']['locations'];

const placing = (locations: Locations = [], folder: string | null = '/builds/repo'): Placing =>
  choicesOf({}, { sarif: { locations, isWaivedIncluded: false }, folder });

const inFile = (file: string, place: Origin['place'] = { line: 3, column: 5 }, folder: string | null = '/builds/repo') =>
  locationOf({ cache: compliantCache(), origin: declaredIn(file, { place }) }, placing([], folder));

const runningAs = (names: Partial<Cache>, locations: Locations = []) =>
  locationOf({ cache: compliantCache(names), origin: null }, placing(locations));

describe('the location of what is declared', () => {
  it.each([
    ['main.tf', 'main.tf'],
    ['./infra/./main.tf', 'infra/main.tf'],
    ['infra//main.tf', 'infra/main.tf'],
    ['infra/../app/main.tf', 'app/main.tf'],
    ['infra\\redis\\main.tf', 'infra/redis/main.tf'],
    ['häfen und #1%?.tf', 'h%C3%A4fen%20und%20%231%25%3F.tf'],
    ['a:b/javascript:alert(1).tf', 'a%3Ab/javascript%3Aalert(1).tf'],
    // What follows the dots says nothing of the machine.
    ['../modules/redis.tf', 'modules/redis.tf'],
    ['../../../etc/passwd', 'etc/passwd'],
    ['/builds/repo/infra/main.tf', 'infra/main.tf'],
    ['/builds/repo/../repo/main.tf', 'main.tf'],
    ['file:///builds/repo/main.tf', 'main.tf'],
    // Outside of the repository.
    ['/home/somebody/main.tf', 'main.tf'],
    ['/builds/repository/main.tf', 'main.tf'],
    ['C:\\Users\\somebody\\main.tf', 'main.tf'],
    ['\\\\server\\share\\main.tf', 'main.tf'],
    ['file:///home/somebody/main.tf', 'main.tf'],
    ['-', 'stdin'],
    ['', '_'],
    ['/', '_'],
    ['..', '_'],
    ['half\ud83d.tf', 'half_.tf'],
  ])('%j is the reference %s', (file, uri) => {
    expect(uriOf(inFile(file))).toBe(uri);
  });

  it('is relative to a folder of Windows as well', () => {
    expect(uriOf(inFile('D:\\a\\repo\\infra\\main.tf', null, 'D:\\a\\repo'))).toBe('infra/main.tf');
  });

  it('is the line and column of the value, or the first line where the format has none', () => {
    expect(inFile('a.tf')).toEqual({ path: ['a.tf'], line: 3, column: 5 });
    expect(inFile('a.json', null)).toEqual({ path: ['a.json'], line: 1, column: null });
  });

  it('is a relative reference below the root, whatever the path', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[.\\/a:%#?\ud800]{0,12}$/));
    fc.assert(
      fc.property(text, fc.option(text), (file, folder) => {
        const location = inFile(file, null, folder);
        expect(location.path.filter((part) => ['', '.', '..'].includes(part) || /[/\\]/.test(part))).toEqual([]);
        const url = new URL(uriOf(location), 'https://repo.example/root/');
        expect(url.href.startsWith('https://repo.example/root/')).toBe(true);
        expect(decodeURIComponent(url.pathname.slice('/root/'.length))).toBe(location.path.join('/'));
        expect(url.search + url.hash).toBe('');
      }),
    );
  });
});

describe('the location of a cache that runs', () => {
  it('is made of its names', () => {
    expect(uriOf(runningAs({ name: 'orders', resourceGroup: 'rg-shop' }))).toBe(`azure/${SUBSCRIPTION}/rg-shop/orders`);
  });

  it('stays a path below the root, whatever the names are', () => {
    const named = runningAs({ name: '../x/y\\z', resourceGroup: '..', subscriptionId: null });
    expect(named.path).toEqual(['azure', '_', '_', '.._x_y_z']);
  });

  it('is where the configuration says, by the first glob that matches its id', () => {
    const locations = [
      { glob: '*/redis/other', file: 'no.bicep', line: 1 },
      { glob: '*/REDIS/orders-*', file: 'infra/redis.bicep', line: 12 },
      { glob: '*', file: 'no.bicep', line: 1 },
    ];
    const id = cacheId('orders-1');
    expect(runningAs({ id, name: 'orders-1' }, locations)).toEqual({ path: ['infra', 'redis.bicep'], line: 12, column: null });
  });
});

describe('the location of what was not read', () => {
  it.each([
    [null, 'arm', 'azure'],
    ['/subscriptions/S/resourceGroups/rg/providers/Microsoft.Cache/Redis/orders', 'arm', 'azure/S/rg/Microsoft.Cache/orders'],
    ['/providers/Microsoft.Management/managementGroups/mg', 'arm', 'azure/Microsoft.Management/mg'],
    ['--resource-group a/b', 'arm', 'azure/--resource-group%20a_b'],
    ['/home/somebody/out.json', 'arm', 'out.json'],
    ['/builds/repo/infra/main.tf', 'files', 'infra/main.tf'],
    ['infra/main.tf', 'files', 'infra/main.tf'],
    ['-', 'files', 'stdin'],
  ] as const)('%j of %s is %s', (scope, source, uri) => {
    expect(uriOf(scopeLocation(scope, { source }, placing()))).toBe(uri);
  });
});
