import { describe, expect, it } from 'vitest';
import { type Known, pending } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { defineFix } from '../../src/rules/fixes.ts';
import { RULES } from '../../src/rules/index.ts';
import { flag, names, wholeNumber } from '../../src/rules/options.ts';
import { defineRule, fail, given, givenEach, named, notApplicable, pass, unknown, worstOf } from '../../src/rules/rule.ts';
import {
  awaiting,
  byDefault,
  compliantCache,
  compliantCluster,
  judged,
  listed,
  missing,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  seen,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const GOOD: Verdict = {
  outcome: 'pass',
  message: 'it is good',
  expected: null,
  actual: null,
  evidence: { path: PATH, source: 'observed' },
  reason: null,
};

const neverAsked = (): Verdict => {
  throw new Error('a fact that was not seen was judged');
};

describe('given', () => {
  it('judges the value that was seen and names where it stands', () => {
    const verdict = given(seen('1.2'), (value) => pass(`it is ${value}`, '1.2'));
    expect(verdict).toEqual({ ...GOOD, message: 'it is 1.2', expected: '1.2', actual: '1.2' });
  });

  it('shows the value as it is written at the source, not as it was understood', () => {
    expect(given({ ...seen(true), written: 'True' }, () => pass('it is good'))).toEqual({ ...GOOD, actual: 'True' });
  });

  it('says what is expected as the source writes it', () => {
    const fact = { ...seen('Enabled'), written: 'true', spelling: { Disabled: 'false' } };
    expect(given(fact, () => fail('it is on', 'Disabled'))).toMatchObject({ expected: 'false', actual: 'true' });
    expect(given(fact, () => fail('it is on', 'something else'))).toMatchObject({ expected: 'something else' });
    expect(given(fact, () => fail('it is on'))).toMatchObject({ expected: null });
  });

  it('says when the value is a default of the service', () => {
    expect(given(byDefault('1.2'), () => pass('it is good'))).toEqual({ ...GOOD, evidence: { path: PATH, source: 'service_default' } });
  });

  it.each([{ value: false }, { value: null }, { value: '' }, { value: 0 }])('judges $value like any other value', ({ value }) => {
    const fact: Known<unknown> = seen(value);
    expect(given(fact, (judged) => pass(`it is ${judged}`))).toEqual({ ...GOOD, message: `it is ${value}`, actual: String(value) });
  });

  it('keeps the evidence of the fact that decided', () => {
    const verdict = given(seen(null, 'properties.first'), () => given(byDefault(true, 'properties.second'), () => fail('it is bad')));
    expect(verdict).toEqual({
      ...GOOD,
      outcome: 'fail',
      message: 'it is bad',
      evidence: { path: 'properties.second', source: 'service_default' },
    });
  });

  it('names the fact that makes a rule meaningless', () => {
    expect(given(seen('a subnet'), () => notApplicable('it has no effect here', 'vnet_injected'))).toEqual({
      ...GOOD,
      outcome: 'not_applicable',
      message: 'it has no effect here',
      reason: 'vnet_injected',
    });
  });

  it.each(UNSEEN)('is unknown for a fact that is $kind, without judging', (fact) => {
    expect(given(fact, neverAsked)).toEqual(unknownVerdict(fact));
  });

  it('shows the value that decided where a verdict names one, and none where nothing was judged', () => {
    expect(given(seen('many things'), () => fail('one of them is bad', null, { actual: 'this one' })).actual).toBe('this one');
    expect(given(seen('a subnet'), () => notApplicable('it has no effect here', 'vnet_injected')).actual).toBeNull();
  });

  it('keeps the evidence that a verdict brings, and what it shows or does not', () => {
    const evidence = { path: 'firewallRules/office', source: 'observed' } as const;
    expect(given(seen('all'), () => fail('it is bad', null, { evidence }))).toEqual(judged('fail', 'it is bad', { evidence }));
  });

  it('is unknown for a value that nobody can judge, with its reason', () => {
    expect(given(seen('odd'), () => unknown('it makes no sense', 'invalid'))).toEqual(
      judged('unknown', 'it makes no sense', { actual: 'odd', reason: 'invalid' }),
    );
  });

  it('is not evaluated for a fact that the source can never show, without judging', () => {
    expect(given(outOfReach(), neverAsked)).toEqual(NOT_EVALUATED);
  });

  it('says what it waits for when the source can still read the fact', () => {
    expect(given(pending('firewallRules'), neverAsked)).toEqual({
      outcome: 'unknown',
      message: 'firewallRules were not read',
      expected: null,
      actual: null,
      evidence: { path: 'firewallRules', source: 'observed' },
      reason: 'pending',
      awaits: 'firewallRules',
    });
  });
});

describe('worstOf', () => {
  const bad = judged('fail', 'it is bad');
  const unseen = judged('unknown', 'it was not seen', { reason: 'missing' });
  const hidden = judged('not_evaluated', 'it is never shown', { reason: 'out_of_reach' });
  const good = judged('pass', 'it is good');
  const senseless = judged('not_applicable', 'it has no meaning', { reason: 'tier' });

  it.each([
    { verdicts: [good, hidden, unseen, bad, senseless], worst: bad },
    { verdicts: [good, hidden, unseen, senseless], worst: unseen },
    { verdicts: [senseless, good, hidden], worst: hidden },
    { verdicts: [senseless, good], worst: good },
    { verdicts: [senseless], worst: senseless },
  ])('is $worst.outcome for $verdicts.length verdicts, in whatever order', ({ verdicts, worst }) => {
    for (const [first = good, ...others] of [verdicts, verdicts.toReversed()]) expect(worstOf([first, ...others])).toEqual(worst);
  });

  it('names each that decides and shows each value, and none twice', () => {
    const verdicts = ['a', 'b', 'a'].map((name) => judged('fail', `${name} is bad`, { actual: `${name}1`, expected: 'good' }));
    expect(worstOf([good, verdicts[0] ?? bad, ...verdicts.slice(1), unseen])).toEqual(
      judged('fail', 'a is bad; b is bad', { actual: 'a1, b1', expected: 'good' }),
    );
  });

  it('shows no value where none of them has one', () => {
    expect(worstOf([good, judged('pass', 'it is good too')])).toEqual(judged('pass', 'it is good; it is good too'));
  });

  describe('of failures that are milder than the rule', () => {
    const low = judged('fail', 'it is a little bad', { severity: 'low' });
    const medium = judged('fail', 'it is rather bad', { severity: 'medium' });

    it('is as severe as the severest', () => {
      expect(worstOf([low, medium, good])).toEqual({ ...low, message: 'it is a little bad; it is rather bad', severity: 'medium' });
    });

    it.each([[[low, bad]], [[bad, low]]] as const)('has the severity of the rule as soon as one failure has it', (verdicts) => {
      expect(worstOf(verdicts)).not.toHaveProperty('severity');
    });

    it('is milder than the rule only where everything was seen, and says what was not', () => {
      expect(worstOf([low, unseen])).toEqual(judged('fail', 'it is a little bad; it was not seen'));
      expect(worstOf([low, good, hidden])).toEqual(low);
    });

    it('says nothing of what was not seen where the failure has the severity of the rule', () => {
      expect(worstOf([bad, unseen])).toEqual(bad);
    });
  });

  it('waits while one of them waits, whatever the others say', () => {
    expect(worstOf([bad, awaiting('accessPolicies'), unseen])).toEqual(awaiting('accessPolicies'));
  });
});

describe('givenEach', () => {
  const none = (): Verdict => pass('there is none');
  const small = (size: number): Verdict => (size > 2 ? fail(`${size} is too large`) : pass('all are small'));

  it('judges every item of the list', () => {
    expect(givenEach(listed([1, 3, 2, 4]), none, small)).toEqual(judged('fail', '3 is too large; 4 is too large'));
    expect(givenEach(listed([1, 2]), none, small)).toEqual(judged('pass', 'all are small'));
  });

  it('has a verdict of its own for an empty list', () => {
    expect(givenEach(listed<number>([]), none, small)).toEqual(judged('pass', 'there is none'));
  });

  it.each(UNSEEN)('is unknown for a list that is $kind, without judging', (fact) => {
    expect(givenEach(fact, neverAsked, neverAsked)).toEqual(unknownVerdict(fact));
  });

  it('waits for a list that is still to be read', () => {
    expect(givenEach(pending('databases'), neverAsked, neverAsked)).toEqual(awaiting('databases'));
  });
});

describe('defineRule', () => {
  const spec = {
    id: 'door-closed',
    title: 'The door must be closed',
    severity: 'low',
    appliesTo: ['redis'],
    why: 'It is cold.',
    evidence: 'properties.door',
    fix: defineFix({ summary: 'Close it.', risk: 'None.', stage: 'change', steps: () => [], rollback: 'Open it.' }),
    references: ['https://learn.microsoft.com/azure/doors'],
  } as const;
  const check = () => pass('it is closed');

  it('leaves nothing out: what a rule does not say is empty', () => {
    const { check: _, withOptions, withSeverity, readOption, ...said } = defineRule({ ...spec, check });
    expect(said).toEqual({ ...spec, aliases: [], controls: [], needs: [], follows: null, options: [] });
    expect([typeof withOptions, typeof withSeverity, typeof readOption]).toEqual(['function', 'function', 'function']);
  });

  it('may be given a severity, which all its findings have then, whatever its options', () => {
    const rule = defineRule({ ...spec, options: { locked: flag('') }, check: () => ({ ...fail('open'), severity: 'low' as const }) });
    expect(rule.check(compliantCache(), TODAY).severity).toBe('low');
    for (const set of [
      rule.withSeverity('info'),
      rule.withOptions({ locked: true }).withSeverity('info'),
      rule.withSeverity('info').withOptions({ locked: true }),
    ]) {
      expect(set.severity).toBe('info');
      expect(set.check(compliantCache(), TODAY)).not.toHaveProperty('severity');
    }
    expect(rule.withSeverity('info').withSeverity('high').severity).toBe('high');
  });

  it('keeps what a rule says', () => {
    const said = {
      aliases: ['DOOR-1'],
      controls: [{ framework: 'mcsb', id: 'DP-3', origin: 'redvet' }],
      needs: ['firewallRules'],
      follows: 'house-built',
    } as const;
    expect(defineRule({ ...spec, ...said, check })).toMatchObject({ ...spec, ...said });
  });

  it('hands the check the cache, the day and its options', () => {
    const rule = defineRule({
      ...spec,
      options: { locked: flag('whether it is locked') },
      check: (cache, { today, options }) => pass(`${cache.name} on ${today}, locked: ${options.locked}`),
    });
    expect(rule.check(compliantCache(), '2027-03-31').message).toBe('good on 2027-03-31, locked: false');
  });

  describe('of a rule with options', () => {
    const rule = defineRule({
      ...spec,
      options: {
        locked: flag('whether it is locked'),
        hinges: wholeNumber('how many it has', { least: 1, most: 9, fallback: 2 }),
        keys: names('who has one'),
      },
      needs: ({ locked }) => (locked ? ['accessPolicies'] : []),
      check: (_, { options }) => pass(`${options.locked} ${options.hinges} ${options.keys.join('+')}`),
    });

    const said = (changed: typeof rule) => ({
      message: changed.check(compliantCache(), TODAY).message,
      needs: changed.needs,
      values: changed.options.map(({ value }) => value),
    });

    it('tells what each takes, its default and its value', () => {
      expect(rule.options).toEqual([
        { name: 'locked', help: 'whether it is locked', expected: 'true or false', default: false, value: false },
        { name: 'hinges', help: 'how many it has', expected: 'a whole number from 1 to 9', default: 2, value: 2 },
        { name: 'keys', help: 'who has one', expected: 'names, with commas between', default: [], value: [] },
      ]);
    });

    it('judges with the defaults when nobody says anything', () => {
      expect(said(rule)).toEqual({ message: 'false 2 ', needs: [], values: [false, 2, []] });
    });

    it('is another rule with the values that somebody gave, and keeps those given before', () => {
      const changed = rule.withOptions({ locked: true, keys: ['Ann', 'Bo'] }).withOptions({ hinges: 3 });
      expect(said(changed)).toEqual({ message: 'true 3 Ann+Bo', needs: ['accessPolicies'], values: [true, 3, ['Ann', 'Bo']] });
      expect(changed.options.map((option) => option.default)).toEqual([false, 2, []]);
      expect(said(rule)).toEqual({ message: 'false 2 ', needs: [], values: [false, 2, []] });
    });

    it('reads each as something outside wrote it', () => {
      expect([rule.readOption('locked', 'true'), rule.readOption('hinges', '3'), rule.readOption('keys', 'Ann,Bo')]).toEqual([
        true,
        3,
        ['Ann', 'Bo'],
      ]);
    });

    it.each([
      ['hinges', '10'],
      ['locked', 'maybe'],
      ['keys', ''],
      ['handle', 'true'],
      ['constructor', 'true'],
      ['__proto__', 'true'],
    ])('reads no %s of "%s"', (name, written) => {
      expect(rule.readOption(name, written)).toBeUndefined();
    });

    it.each([
      ['hinges', 10],
      ['locked', 1],
      ['handle', true],
      ['toString', true],
    ])('throws for %s = %s: whoever reads options tells first', (name, value) => {
      expect(() => rule.withOptions({ [name]: value })).toThrow(new TypeError(`door-closed cannot take ${name}`));
    });
  });
});

/** Judged by the kind of the cache and the day: every tier ends. */
const ENDING = ['tier-not-retiring'];

const cases = RULES.flatMap((rule) => rule.appliesTo.map((kind) => ({ rule, kind, id: rule.id })));

const compliant = (kind: (typeof cases)[number]['kind']) => (kind === 'redis' ? compliantCache() : compliantCluster(kind));

describe('RULES', () => {
  it.each(cases.filter(({ id }) => !ENDING.includes(id)))('$id has nothing against a compliant $kind cache', ({ rule, kind }) => {
    expect(['pass', 'not_applicable']).toContain(rule.check(compliant(kind), TODAY).outcome);
  });

  it.each(cases.filter(({ id }) => !ENDING.includes(id)))('$id passes no $kind cache of which nothing was seen', ({ rule, kind }) => {
    const { id, name, resourceGroup, subscriptionId, location, sku, provisioningState, ...facts } = compliant(kind);
    const labels = { id, name, kind, resourceGroup, subscriptionId, location, sku, provisioningState };
    const unseen = Object.fromEntries(Object.keys(facts).map((fact) => [fact, missing()]));
    const { outcome, awaits } = rule.check({ ...compliant(kind), ...unseen, ...labels }, TODAY);
    expect(['unknown', 'not_applicable', 'fail']).toContain(outcome);
    expect(awaits).toBeUndefined();
  });

  it.each(RULES)('$id waits for nothing but what it says it needs', (rule) => {
    const child = (need: Parameters<typeof pending>[0]) => pending(need);
    const waiting = {
      firewallRules: child('firewallRules'),
      accessPolicies: child('accessPolicies'),
      accessPolicyAssignments: child('accessPolicyAssignments'),
      patchDays: child('patchSchedules'),
      diagnosticSettings: child('diagnosticSettings'),
      replicas: child('linkedServers'),
    };
    const open = { publicNetworkAccess: seen('Enabled'), privateEndpoints: listed([]) } as const;
    const awaited = rule.appliesTo.flatMap((kind) =>
      [{}, open].flatMap((differences) => {
        const cache = { ...compliant(kind), ...waiting, ...differences };
        const caches = kind === 'redis' ? [cache] : [cache, { ...cache, databases: child('databases') }];
        return caches.flatMap((one) => rule.check(one, TODAY).awaits ?? []);
      }),
    );
    expect(awaited.filter((need) => !rule.needs.some((one) => one === need))).toEqual([]);
  });
});

describe('what a verdict names', () => {
  it('is everything up to a hundred, then how many there are more', () => {
    const items = (n: number) => Array.from({ length: n }, (_, index) => `item ${index}`);
    expect(named(items(100), '; ')).toBe(items(100).join('; '));
    expect(named(items(102), '; ')).toBe(`${items(100).join('; ')}; and 2 more`);
  });

  it('is no longer for a list without end', () => {
    const [first, ...others] = Array.from({ length: 50_000 }, (_, index) =>
      fail(`rule ${index} is wide`, 'narrow', { actual: `value ${index}` }),
    );
    const { message, actual } = worstOf([first ?? pass('none'), ...others]);
    expect(message.endsWith('; rule 99 is wide; and 49900 more')).toBe(true);
    expect(actual?.endsWith(', value 99, and 49900 more')).toBe(true);
  });
});
