import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { XmlDocument, XmlElement } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { type Problem, problem } from '../../src/model/problem.ts';
import { safeLine } from '../../src/reporters/escape.ts';
import { declaredIn } from '../support/cache.ts';
import { BAD_ENDS } from '../support/ends.ts';
import { baselined, findingOf, outcomeOf, type Rendering, rendered, waived, waiverOf } from '../support/rendered.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const elementOf = (element: XmlElement): Element => {
  const children: Element[] = [];
  for (let node = element.firstChild; node !== null; node = node.next) if (node instanceof XmlElement) children.push(elementOf(node));
  return {
    name: element.name,
    attributes: Object.fromEntries(element.attrs.map(({ name, value }) => [name, value])),
    children,
    text: element.content,
  };
};

/** The root, as libxml2 reads it; throws where the text is not well-formed. */
const parsed = (xml: string): Element => {
  const document = XmlDocument.fromString(xml);
  try {
    return elementOf(document.root);
  } finally {
    document.dispose();
  }
};

const named = (name: string, { children }: Element): readonly Element[] => children.filter((child) => child.name === name);

const junit = async (rendering: Rendering): Promise<Element> => parsed(await rendered('junit', rendering));

/** What became of the only case of the only cache. */
const caseOf = async (rendering: Rendering): Promise<Element | undefined> => {
  const [suite] = (await junit(rendering)).children;
  return suite === undefined ? undefined : named('testcase', suite)[0];
};

const resultOf = async (finding: ReturnType<typeof findingOf>) => {
  const [result] = (await caseOf({ findings: [finding] }))?.children ?? [];
  return result === undefined ? null : { name: result.name, ...result.attributes };
};

describe('JUnit', () => {
  it('has a suite for each cache with a case for each rule, then one about the run', async () => {
    const other = { ...findingOf().cache, name: 'other' };
    const root = await junit({ findings: [findingOf(), outcomeOf('pass'), outcomeOf('pass', { cache: other })] });
    expect([root.name, root.attributes['name']]).toEqual(['testsuites', 'redvet']);
    expect(root.children.map(({ name, attributes }) => [name, attributes['name'], attributes['tests']])).toEqual([
      ['testsuite', 'good', '2'],
      ['testsuite', 'other', '1'],
      ['testsuite', 'redvet', '1'],
    ]);
  });

  it('names a case by its rule and files it under its cache, and says when: what Azure Pipelines reads', async () => {
    const { attributes: suite } = (await junit({ findings: [findingOf()] })).children[0] ?? {};
    expect(suite).toMatchObject({ timestamp: '2026-01-01T00:00:00', time: '0' });
    const { attributes } = (await caseOf({ findings: [findingOf()] })) ?? {};
    expect(attributes).toEqual({
      name: 'non-ssl-port-disabled: The non-SSL port 6379 must be closed',
      classname: 'good',
      time: '0',
    });
  });

  it('has no empty title for a rule that this version does not know', async () => {
    const finding = findingOf();
    const { attributes } = (await caseOf({ findings: [{ ...finding, rule: { ...finding.rule, title: '' } }] })) ?? {};
    expect(attributes?.['name']).toBe('non-ssl-port-disabled');
  });

  it('says of a declared cache where the value stands', async () => {
    const { file, language, place, address } = declaredIn('infra/main.tf');
    const { attributes } = (await caseOf({ findings: [findingOf({ origin: { file, language, place, address } })] })) ?? {};
    expect(attributes).toMatchObject({ file: 'infra/main.tf', line: '3' });
  });

  it('tells of a cache what the name does not, and leaves out what is not known', async () => {
    const cache = { ...findingOf().cache, sku: null };
    const [suite] = (await junit({ findings: [findingOf({ cache })] })).children;
    const properties = suite === undefined ? [] : named('properties', suite).flatMap(({ children }) => children);
    expect(Object.fromEntries(properties.map(({ attributes }) => [attributes['name'], attributes['value']]))).toEqual({
      id: cache.id,
      kind: 'redis',
      location: 'westeurope',
      resourceGroup: 'rg-test',
      subscriptionId: cache.subscriptionId,
    });
  });

  it.each([
    {
      what: 'a failure that gates',
      finding: findingOf(),
      result: { name: 'failure', type: 'high', message: findingOf().message },
    },
    {
      what: 'a failure below the gate',
      finding: findingOf({ gating: false, severity: 'low' }),
      result: { name: 'failure', type: 'low', message: findingOf().message },
    },
    { what: 'what is unknown', finding: outcomeOf('unknown'), result: { name: 'error', type: 'high', message: findingOf().message } },
    {
      what: 'a waived failure',
      finding: waived(),
      result: {
        name: 'skipped',
        message: `waived by legacy until 2026-12-31 (waiver, team-shop, SEC-1): the till cannot speak TLS; ${findingOf().message}`,
      },
    },
    {
      what: 'a known failure',
      finding: baselined(),
      result: { name: 'skipped', message: `known: in the baseline; ${findingOf().message}` },
    },
    {
      what: 'what does not apply',
      finding: outcomeOf('not_applicable'),
      result: { name: 'skipped', message: `does not apply: ${findingOf().message}` },
    },
    {
      what: 'what was not seen',
      finding: outcomeOf('not_evaluated'),
      result: { name: 'skipped', message: `not evaluated: ${findingOf().message}` },
    },
    { what: 'a pass', finding: outcomeOf('pass'), result: null },
  ])('tells $what apart', async ({ finding, result }) => {
    expect(await resultOf(finding)).toEqual(result);
  });

  it('says in the body what was expected, what is, where it was seen and how to mend it', async () => {
    const [failure] = (await caseOf({ findings: [findingOf({ expected: 'false', actual: 'true' })] }))?.children ?? [];
    expect(failure?.text.split('\n')).toEqual([
      `resource: ${findingOf().cache.id}`,
      'expected: false',
      'actual: true',
      'evidence: properties.underTest (observed)',
      `fix: ${findingOf().remediation?.summary}`,
      expect.stringMatching(/^see: https:\/\/learn\.microsoft\.com\//),
    ]);
  });

  it('says that a waiver has expired, and counts the failure', async () => {
    const [failure] =
      (await caseOf({ findings: [findingOf({ waiver: waiverOf({ state: 'expired', expires: '2025-05-31' }) })] }))?.children ?? [];
    expect(failure?.name).toBe('failure');
    expect(failure?.text).toContain('waiver legacy expired on 2025-05-31');
  });

  it('counts in each suite what is in it', async () => {
    const findings = [findingOf(), findingOf(), outcomeOf('unknown'), waived(), baselined(), outcomeOf('not_evaluated'), outcomeOf('pass')];
    const [suite] = (await junit({ findings })).children;
    expect(suite?.attributes).toMatchObject({ tests: '7', failures: '2', errors: '1', skipped: '3' });
  });

  it('passes the run where everything was read', async () => {
    const own = (await junit({ findings: [outcomeOf('pass')] })).children.at(-1);
    expect(own?.attributes).toMatchObject({ name: 'redvet', tests: '1', errors: '0' });
    expect(own === undefined ? [] : named('testcase', own)).toMatchObject([
      { attributes: { name: 'scan', classname: 'redvet' }, children: [] },
    ]);
  });

  it.each(BAD_ENDS)('has an error for the run where it ends with $what', async ({ says, ...rendering }) => {
    const own = (await junit(rendering)).children.at(-1);
    expect(own?.attributes).toMatchObject({ name: 'redvet', tests: '1', errors: '1' });
    const [error] = own === undefined ? [] : named('testcase', own).flatMap(({ children }) => children);
    expect(error?.name).toBe('error');
    expect(error?.attributes['message']).toContain(says);
  });

  it('says how to mend what was not read', async () => {
    const { says: _, ...denied } = BAD_ENDS[1] ?? { says: '' };
    const own = (await junit(denied)).children.at(-1);
    const [one] = own === undefined ? [] : named('testcase', own);
    expect(one?.attributes['name']).toBe('scan: /subscriptions/one');
    expect(one?.children[0]).toMatchObject({
      attributes: { type: 'AUTHORIZATION_FAILED', message: '/subscriptions/one: no right to read. Grant Reader.' },
      text: '/subscriptions/one: no right to read. Grant Reader.',
    });
  });

  it('calls an empty scope read where that is tolerated', async () => {
    const own = (await junit({ policy: { allowEmpty: true } })).children.at(-1);
    expect(own?.attributes).toMatchObject({ errors: '0' });
  });
});

/** As it is documented: two code points are no characters of XML, and shown. */
const shown = (text: string): string => safeLine(text).replace(/[\ufffe\uffff]/g, (one) => `\\u{${one.charCodeAt(0).toString(16)}}`);

const FRAGMENTS = [
  ']]>',
  '<![CDATA[',
  '&amp;',
  '&#0;',
  '"',
  "'",
  '<',
  '>',
  '<!--',
  '<?x?>',
  '\t',
  '\n',
  '\r',
  '\0',
  '\ufffe',
  '\uffff',
  '\ud800',
  '\u0085',
  '\u2028',
  ' ',
];
const HOSTILE = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 12 })
  .map((parts) => parts.join(''));

describe('JUnit of any text', () => {
  it('is well-formed, and read back as it is shown, in every field', async () => {
    await fc.assert(
      fc.asyncProperty(HOSTILE, async (text) => {
        const cache = { ...findingOf().cache, id: text, name: text, sku: text, location: text, resourceGroup: text, subscriptionId: text };
        const finding = findingOf({
          cache,
          message: text,
          expected: text,
          actual: text,
          evidence: { path: text, source: 'observed' },
          origin: { file: text, language: 'arm', place: null, address: text },
          waiver: waiverOf({ id: text, reason: text, owner: text }),
        });
        const root = await junit({
          findings: [finding, { ...finding, disposition: 'waived' }],
          problems: [{ ...problemOf(text), scope: `/${text}`, hint: text }],
        });
        const [suite, own] = root.children;
        const [failing, skipping] = suite === undefined ? [] : named('testcase', suite);
        expect(suite?.attributes['name']).toBe(shown(text));
        expect(suite?.children[0]?.children.map(({ attributes }) => attributes['value'])).toEqual([
          shown(text),
          'redis',
          shown(text),
          shown(text),
          shown(text),
          shown(text),
        ]);
        expect(failing?.attributes).toMatchObject({ classname: shown(text), file: shown(text) });
        expect(failing?.children[0]?.attributes['message']).toBe(shown(text));
        expect(failing?.children[0]?.text).toContain(`${shown(`expected: ${text}`)}\n${shown(`actual: ${text}`)}\n`);
        expect(skipping?.children[0]?.attributes['message']).toBe(
          shown(`waived by ${text} until 2026-12-31 (waiver, ${text}, SEC-1): ${text}; ${text}`),
        );
        const [one] = own === undefined ? [] : named('testcase', own);
        expect(one?.children[0]?.attributes).toEqual({ type: shown(text), message: shown(`/${text}: ${text}. ${text}`) });
      }),
      { numRuns: 500 },
    );
  });

  const lint = spawnSync('xmllint', ['--version']);
  if (lint.error !== undefined) process.stdout.write('skipped: xmllint is not here (Debian: libxml2-utils)\n');

  it.skipIf(lint.error !== undefined)('is well-formed for xmllint', async () => {
    const input = await rendered('junit', {
      findings: [findingOf({ message: FRAGMENTS.join('x') })],
      problems: [problemOf(FRAGMENTS.join('y'))],
    });
    const { status, stderr } = spawnSync('xmllint', ['--noout', '-'], { input, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

function problemOf(text: string): Problem {
  return problem('malformed', text, text);
}
