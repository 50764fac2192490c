import { describe, expect, it } from 'vitest';
import { Trouble } from '../../../src/errors.ts';
import type { Need } from '../../../src/model/need.ts';
import { waitingFor } from '../../support/arm.ts';
import { subscriptionId, wireRedis, wireSubscription } from '../../support/resource-manager.ts';
import {
  answer,
  CLUSTERS,
  denied,
  header,
  line,
  namesIn,
  problemsIn,
  REDIS,
  SMALL,
  SUBSCRIPTIONS,
  seenIn,
  whole,
} from '../../support/snapshot.ts';

const [ONE, TWO] = [subscriptionId(1), subscriptionId(2)];
const REDIS_PATH = `/subscriptions/${ONE}/providers/Microsoft.Cache/redis`;
const GOOD_PATH = `/subscriptions/${ONE}/resourceGroups/rg-test/providers/Microsoft.Cache/redis/good`;

const refusal = async (text: string): Promise<unknown> => {
  try {
    return await seenIn(text);
  } catch (error) {
    return error instanceof Trouble ? `${error.problem.kind}: ${error.problem.message}` : error;
  }
};

const cut = (lines: readonly object[]): string => lines.map((one) => `${JSON.stringify(one)}\n`).join('');

describe('a snapshot', () => {
  it.each([1, 7, 64, 1_000_000])('is read in pieces of %i bytes', async (size) => {
    const text = whole([...SMALL, line('/x', answer(['Größe \u{1f600}']))]);
    const seen = await seenIn(text, { size });
    expect({ names: namesIn(seen), problems: problemsIn(seen) }).toEqual({ names: ['good', 'other'], problems: [] });
  });

  it.each([
    ['with ends of lines as Windows has them', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with blank lines', (text: string) => text.replaceAll('\n', '\n\n')],
    ['without the last end of line', (text: string) => text.trimEnd()],
  ])('%s is the same', async (_, change) => {
    const seen = await seenIn(change(whole(SMALL)));
    expect({ names: namesIn(seen), problems: problemsIn(seen) }).toEqual({ names: ['good', 'other'], problems: [] });
  });

  const REFUSED: readonly { readonly what: string; readonly text: string; readonly because: string }[] = [
    { what: 'is empty', text: '', because: 'is empty' },
    { what: 'is blank', text: '\n \n', because: 'is empty' },
    { what: 'is no JSON', text: 'hello\n', because: 'does not begin as a snapshot does' },
    { what: 'is null', text: 'null', because: 'does not begin as a snapshot does' },
    { what: 'is {}', text: '{}', because: 'does not begin as a snapshot does' },
    { what: 'has no header', text: whole(SMALL.slice(1)), because: 'does not begin as a snapshot does' },
    { what: 'has half a header', text: JSON.stringify(header()).slice(0, -5), because: 'does not begin as a snapshot does' },
    { what: 'has a header alone', text: cut([header()]), because: 'it holds no list of subscriptions' },
    { what: 'ends after its header', text: whole([header()]), because: 'it holds no list of subscriptions' },
    {
      what: 'breaks off before any list of caches',
      text: cut([header(), SUBSCRIPTIONS]),
      because: 'breaks off before its first list of caches',
    },
    {
      what: 'is of another major version',
      text: whole([header({ schemaVersion: '2.0' }), ...SMALL.slice(1)]),
      because: 'is a snapshot of version 2, and this redvet reads version 1',
    },
    {
      what: 'is older than the first version',
      text: whole([header({ schemaVersion: '0.9' }), ...SMALL.slice(1)]),
      because: 'is a snapshot of version 0',
    },
    ...[undefined, null, 1, 1.0, '1', '1.0.0', 'one', '1.x', '', ['1.0']].map((schemaVersion) => ({
      what: `is of version ${JSON.stringify(schemaVersion)}`,
      text: whole([header({ schemaVersion }), ...SMALL.slice(1)]),
      because: 'does not say its version',
    })),
    ...[undefined, null, [], {}, 'x'].map((options) => ({
      what: `has the options ${JSON.stringify(options)}`,
      text: whole([header({ options }), ...SMALL.slice(1)]),
      because: 'does not say what it was collected for',
    })),
    ...Object.keys((header() as { options: object }).options).flatMap((name) =>
      ['x', 7, {}, [7], [null], undefined].map((value) => ({
        what: `was collected for ${name} ${JSON.stringify(value)}`,
        text: whole([header({ options: { ...(header() as { options: object }).options, [name]: value } }), ...SMALL.slice(1)]),
        because: 'does not say what it was collected for',
      })),
    ),
    { what: 'is two of them', text: whole(SMALL) + whole(SMALL), because: 'holds more than one snapshot' },
    {
      what: 'repeats a name in its header',
      text: whole(['{"type":"snapshot","type":"snapshot"}', ...SMALL.slice(1)]),
      because: 'does not begin as a snapshot does',
    },
  ];
  it.each(REFUSED)('that $what is refused', async ({ text, because }) => {
    expect(await refusal(text)).toEqual(expect.stringContaining(because));
    expect(await refusal(text)).toEqual(expect.stringMatching(/^usage: snap\.ndjson /));
  });

  const CUT = 'SNAPSHOT_CUT_OFF: snap.ndjson breaks off: it has no end';
  const CHANGED = 'SNAPSHOT_CHANGED: snap.ndjson was changed after it was collected';
  const bad = (why: string): string => `SNAPSHOT_BAD_LINE: snap.ndjson cannot be understood as a whole: ${why}`;
  const missing = (code: string): string => `${code}: it is not in the snapshot`;

  const DAMAGED: readonly {
    readonly what: string;
    readonly text: string;
    readonly names: readonly string[];
    readonly problems: readonly string[];
  }[] = [
    { what: 'without an end', text: cut(SMALL), names: ['good', 'other'], problems: [CUT] },
    { what: 'cut in a line', text: cut(SMALL).slice(0, -20), names: ['good', 'other'], problems: [CUT, missing('NOT_IN_SNAPSHOT')] },
    {
      what: 'without the line of a list of caches',
      text: whole(SMALL).replace(/.*redis".*\n/, ''),
      names: [],
      problems: [CHANGED, missing('NOT_IN_SNAPSHOT')],
    },
    {
      what: 'never collected for a list of caches',
      text: whole([header(), SUBSCRIPTIONS, REDIS]),
      names: ['good', 'other'],
      problems: [missing('NOT_IN_SNAPSHOT')],
    },
    { what: 'with a line twice', text: whole(SMALL).replace(/(.*redis".*\n)/, '$1$1'), names: ['good', 'other'], problems: [CHANGED] },
    {
      what: 'with lines in another order',
      text: whole(SMALL).replace(/(.*redis".*\n)(.*redisEnterprise".*\n)/, '$2$1'),
      names: ['good', 'other'],
      problems: [CHANGED],
    },
    {
      what: 'with another value',
      text: whole([header(), SUBSCRIPTIONS, REDIS, CLUSTERS]).replace('"enableNonSslPort":false', '"enableNonSslPort":true'),
      names: ['good', 'other'],
      problems: [CHANGED],
    },
    {
      what: 'with an end of other lines',
      text: cut(SMALL) + whole([header()]).split('\n')[1],
      names: ['good', 'other'],
      problems: [CHANGED],
    },
    {
      what: 'with an end that says nothing',
      text: `${cut(SMALL)}{"type":"end"}\n`,
      names: ['good', 'other'],
      problems: [CHANGED, 'SNAPSHOT_STOPPED: snap.ndjson was not collected to its end: the run was stopped'],
    },
    {
      what: 'of a run that was stopped',
      text: whole(SMALL, { stopped: 'SIGINT' }),
      names: ['good', 'other'],
      problems: ['SNAPSHOT_STOPPED: snap.ndjson was not collected to its end: the run was stopped'],
    },
    {
      what: 'with a line that is no JSON',
      text: whole([...SMALL, 'hello']),
      names: ['good', 'other'],
      problems: [bad('line 5 is not JSON, or not all of it')],
    },
    {
      what: 'with lines that are none of ours',
      text: whole([...SMALL, '7', 'null', '[]', '{}', '{"type":"x"}']),
      names: ['good', 'other'],
      problems: [bad('line 5 holds no answers; and 4 other lines')],
    },
    {
      what: 'with a line that repeats a name',
      text: whole([...SMALL, '{"type":"answers","below":"/x","below":"/y","answers":[]}']),
      names: ['good', 'other'],
      problems: [bad('line 5 repeats a name in one object, and nobody can tell which of the two counts')],
    },
    {
      what: 'with a line nested beyond reason',
      text: whole([...SMALL, '['.repeat(100_000)]),
      names: ['good', 'other'],
      problems: [bad('line 5 is nested deeper than 200 levels')],
    },
    {
      what: 'with a line after its end',
      text: `${whole(SMALL)}{"type":"answers","below":"/x","answers":[]}\n`,
      names: ['good', 'other'],
      problems: [bad('line 6 stands after the end'), CHANGED],
    },
    {
      what: 'with a list twice, differently',
      text: whole([...SMALL, line(REDIS_PATH, answer([]))]),
      names: [],
      problems: ['AMBIGUOUS_SNAPSHOT: the snapshot does not give one answer to one question'],
    },
    {
      what: 'with caches of another subscription in the list',
      text: whole([header(), SUBSCRIPTIONS, line(REDIS_PATH, answer([wireRedis(TWO, 'stranger'), wireRedis(ONE, 'good')])), CLUSTERS]),
      names: ['good'],
      problems: [expect.stringContaining('belongs to another subscription') as unknown as string],
    },
    {
      what: 'whose list is of another subscription',
      text: whole([header(), SUBSCRIPTIONS, line(REDIS_PATH.replace(ONE, TWO), answer([wireRedis(TWO, 'stranger')])), CLUSTERS]),
      names: [],
      problems: [missing('NOT_IN_SNAPSHOT')],
    },
    {
      what: 'of a subscription that nothing was recorded of',
      text: whole([header(), line('/subscriptions', answer([wireSubscription(ONE), wireSubscription(TWO)])), REDIS, CLUSTERS]),
      names: ['good', 'other'],
      problems: [missing('NOT_IN_SNAPSHOT')],
    },
  ];
  it.each(DAMAGED)('$what says what it holds, and that it is not whole', async ({ text, names, problems }) => {
    const seen = await seenIn(text);
    expect({ names: namesIn(seen), problems: problemsIn(seen) }).toEqual({ names, problems });
    expect(seen.flatMap((one) => (one.type === 'gap' ? [one.gap.problem.affects, one.gap.problem.kind] : [])).flat()).toEqual(
      problems.flatMap(() => ['*', 'malformed']),
    );
  });

  const ODD_ANSWERS: readonly unknown[] = [
    null,
    7,
    'x',
    [],
    {},
    answer([], { at: 7 }),
    answer([], { pages: 0 }),
    answer([], { pages: -1 }),
    answer([], { pages: 0.5 }),
    answer([], { pages: '1' }),
    answer([], { pages: null }),
    answer([], { items: null }),
    answer([], { items: {} }),
    answer([], { items: 'x' }),
    answer([], { problem: undefined }),
    answer([], { problem: false }),
    answer([], { problem: {} }),
    answer([], { problem: 'x' }),
    ...['usage', 'output', 'internal', 'interrupted', 'rule_crash', '', null, 7].map((kind) => denied('/x', { kind })),
    ...['', 'a b', null, 7].map((code) => denied('/x', { code })),
    ...['message', 'hint', 'scope', 'action', 'httpStatus', 'correlationId'].map((name) => denied('/x', { [name]: {} })),
  ];
  it.each(ODD_ANSWERS.map((odd) => ({ odd })))('takes no answer from $odd', async ({ odd }) => {
    const seen = await seenIn(
      whole([header(), SUBSCRIPTIONS, JSON.stringify({ type: 'answers', below: REDIS_PATH, answers: [odd] }), CLUSTERS]),
    );
    expect({ names: namesIn(seen), problems: problemsIn(seen) }).toEqual({
      names: [],
      problems: [bad('line 3 holds no answers'), missing('NOT_IN_SNAPSHOT')],
    });
  });

  it('does not take a failure for a selector that matched nothing, after which a run is complete', async () => {
    const seen = await seenIn(whole([header(), SUBSCRIPTIONS, line(REDIS_PATH, denied('/x', { code: 'NOTHING_MATCHED' })), CLUSTERS]));
    expect(problemsIn(seen)).toEqual(['UNEXPECTED_ANSWER: no right']);
  });

  it('of a later minor version may hold lines and fields that are new', async () => {
    const lines = [header({ schemaVersion: '1.7', more: 1 }), SUBSCRIPTIONS, { ...REDIS, more: 1 }, CLUSTERS, { type: 'novelty' }];
    const seen = await seenIn(whole(lines, { more: 1 }));
    expect({ names: namesIn(seen), problems: problemsIn(seen) }).toEqual({ names: ['good', 'other'], problems: [] });
  });

  it.each([
    ['millions of objects', '{}'],
    ['millions of lists', '[]'],
    ['more items than any list of Azure', '7'],
  ])('with a line of %s does not fill the memory with them', async (_, item) => {
    const items = `${item},`.repeat(item === '7' ? 1_000_001 : 4_000_001).slice(0, -1);
    const seen = await seenIn(
      whole([...SMALL, `{"type":"answers","below":"/x","answers":[{"at":"","pages":1,"items":[${items}],"problem":null}]}`]),
      {
        size: 2 ** 20,
      },
    );
    expect({ names: namesIn(seen), codes: problemsIn(seen).map((text) => text.split(':')[0]) }).toEqual({
      names: ['good', 'other'],
      codes: ['SNAPSHOT_BAD_LINE'],
    });
  });

  it('that is too large for the memory is refused before it fills it', async () => {
    const filler = `${JSON.stringify(line('/x', answer(['x'.repeat(2 ** 20)])))}\n`;
    const text = cut(SMALL) + filler.repeat(257);
    expect(await seenIn(text, { size: 2 ** 20 }).catch(({ problem }) => problem)).toMatchObject({
      kind: 'usage',
      message: 'snap.ndjson is larger than 256 MB',
      hint: 'Collect it in parts: redvet collect --subscription ID',
    });
  });
});

describe('what was not recorded below a cache', () => {
  const awaited = waitingFor({ narrow: ['firewallRules' satisfies Need] });
  const factOf = async (...lines: readonly object[]) => {
    const seen = await seenIn(whole([...SMALL, ...lines]), { awaited, selection: { caches: ['good'] } });
    return { fact: seen.flatMap((one) => (one.type === 'cache' ? [one.cache.firewallRules] : []))[0], problems: problemsIn(seen) };
  };

  it('is unknown, and no empty list', async () => {
    expect(await factOf()).toMatchObject({
      fact: { known: false, kind: 'unread', reason: 'firewallRules: it is not in the snapshot' },
      problems: [missing()],
    });
  });

  it.each([
    ['of another cache', line(GOOD_PATH.replace('good', 'other'), answer([], { at: '/firewallRules' }))],
    ['of the cache of that name elsewhere', line(GOOD_PATH.replace(ONE, TWO), answer([], { at: '/firewallRules' }))],
    ['of another list', line(GOOD_PATH, answer([], { at: '/patchSchedules' }))],
    ['of the cache itself', line(GOOD_PATH, answer([{}], { at: '' }))],
    ['at a path that is split elsewhere', line(`${GOOD_PATH}/firewallRules`, answer([]))],
  ])('is not taken from the answer %s', async (_, other) => {
    expect(await factOf(other)).toMatchObject({ fact: { known: false, kind: 'unread' }, problems: [missing()] });
  });

  it('is known where it was, however the path is written', async () => {
    expect(await factOf(line(GOOD_PATH.toUpperCase(), answer([], { at: '/FIREWALLRULES' })))).toMatchObject({
      fact: { known: true, value: [] },
      problems: [],
    });
  });

  it('is unknown where two lines say different things, and known where they say the same', async () => {
    const rule = { name: 'good/all', properties: { startIP: '0.0.0.0', endIP: '255.255.255.255' } };
    const [none, all] = [answer([], { at: '/firewallRules' }), answer([rule], { at: '/firewallRules' })];
    expect(await factOf(line(GOOD_PATH, none), line(GOOD_PATH, all))).toMatchObject({ fact: { known: false, kind: 'unread' } });
    expect(await factOf(line(GOOD_PATH, none, all))).toMatchObject({ fact: { known: false, kind: 'unread' } });
    expect(await factOf(line(GOOD_PATH, all), line(GOOD_PATH, all))).toMatchObject({ fact: { known: true, value: [{ name: 'all' }] } });
  });

  const missing = (): string => 'NOT_IN_SNAPSHOT: it is not in the snapshot';
});
