import { describe, expect, it } from 'vitest';
import { assess } from '../src/assess.ts';
import type { Assessment, Verdict } from '../src/model/finding.ts';
import { RULES } from '../src/rules/index.ts';
import { defineRule, fail, pass, type Rule } from '../src/rules/rule.ts';
import { cacheId, compliantCache, missing, seen } from './support/cache.ts';

/** A rule that says nothing but what is given. */
const ruleOf = (id: string, check: Rule['check'], differences: Partial<Rule> = {}): Rule => ({
  ...defineRule({
    id,
    title: 'Something must be so',
    severity: 'low',
    appliesTo: ['redis'],
    why: 'Because.',
    evidence: 'properties.something',
    fix: { summary: 'Do it.', risk: 'None.', patch: { properties: {} }, verify: 'something', arm: '', terraform: '' },
    references: ['https://learn.microsoft.com/azure/something'],
    check,
  }),
  ...differences,
});

const passing = ruleOf('passes', () => pass('it is so'));
const failing = ruleOf('fails', () => fail('it is not so'), { severity: 'high' });
const crashing = ruleOf('crashes', () => {
  throw new TypeError('x is not a function');
});

const idsOf = ({ judgements }: Assessment): readonly string[] => judgements.map(({ rule }) => rule.id);

describe('assess', () => {
  it('judges a cache by every rule, in the order of the rules', () => {
    const cache = compliantCache();
    const assessment: Assessment = {
      cache,
      judgements: [
        { rule: failing, severity: 'high', verdict: fail('it is not so') },
        { rule: passing, severity: 'low', verdict: pass('it is so') },
      ],
      problems: [],
    };
    expect(assess(cache, [failing, passing])).toEqual(assessment);
    expect(idsOf(assess(cache, [passing, failing]))).toEqual(['passes', 'fails']);
  });

  it('judges by no rule when none is given', () => {
    const cache = compliantCache();
    expect(assess(cache, [])).toEqual({ cache, judgements: [], problems: [] });
  });

  it('hands each rule the cache itself', () => {
    const seenBy: unknown[] = [];
    const cache = compliantCache();
    assess(cache, [
      ruleOf('looks', (given) => {
        seenBy.push(given);
        return pass('it is so');
      }),
    ]);
    expect(seenBy).toEqual([cache]);
  });

  describe('leaves out the rules for other kinds of caches', () => {
    const rules = [
      ruleOf('for-redis', () => pass('it is so'), { appliesTo: ['redis'] }),
      ruleOf('for-clusters', () => pass('it is so'), { appliesTo: ['managed', 'enterprise'] }),
      ruleOf('for-all', () => pass('it is so'), { appliesTo: ['redis', 'managed', 'enterprise'] }),
    ];

    it.each([
      { kind: 'redis', ids: ['for-redis', 'for-all'] },
      { kind: 'managed', ids: ['for-clusters', 'for-all'] },
      { kind: 'enterprise', ids: ['for-clusters', 'for-all'] },
    ] as const)('$kind', ({ kind, ids }) => {
      expect(idsOf(assess(compliantCache({ kind }), rules))).toEqual(ids);
    });
  });

  it('passes a compliant cache by every rule of the catalogue', () => {
    const { judgements, problems } = assess(compliantCache(), RULES);
    expect(judgements.map(({ rule, verdict }) => [rule.id, verdict.outcome])).toEqual(RULES.map(({ id }) => [id, 'pass']));
    expect(problems).toEqual([]);
  });

  it('never lets one fact decide for another: each rule of the catalogue follows its own', () => {
    const outcomes = (cache: Parameters<typeof assess>[0]) =>
      assess(cache, RULES)
        .judgements.filter(({ verdict }) => verdict.outcome !== 'pass')
        .map(({ rule, verdict }) => `${rule.id}: ${verdict.outcome}`);
    expect(outcomes(compliantCache({ nonSslPort: seen(true) }))).toEqual(['non-ssl-port-disabled: fail']);
    expect(outcomes(compliantCache({ minimumTlsVersion: seen('1.1') }))).toEqual(['minimum-tls-1-2: fail']);
    expect(outcomes(compliantCache({ publicNetworkAccess: seen('Enabled') }))).toEqual(['public-network-access-disabled: fail']);
    expect(outcomes(compliantCache({ subnetId: seen('/subnet') }))).toEqual(['public-network-access-disabled: not_applicable']);
    expect(outcomes(compliantCache({ authenticationDisabled: seen(true) }))).toEqual(['authentication-required: fail']);
    expect(outcomes(compliantCache({ entraAuthentication: seen(false) }))).toEqual(['entra-authentication-enabled: fail']);
    expect(outcomes(compliantCache({ accessKeysDisabled: missing() }))).toEqual(['access-keys-disabled: unknown']);
  });
});

describe('a rule that throws', () => {
  const CRASHED: Verdict = {
    outcome: 'unknown',
    message: 'the rule crashed: this is a bug in redvet',
    expected: null,
    actual: null,
    evidence: null,
    reason: 'rule_crash',
  };

  it('costs its own verdict and leaves a problem, and the other rules judge', () => {
    const cache = compliantCache({ name: 'orders', id: cacheId('orders') });
    const assessment: Assessment = {
      cache,
      judgements: [
        { rule: passing, severity: 'low', verdict: pass('it is so') },
        { rule: crashing, severity: 'low', verdict: CRASHED },
        { rule: failing, severity: 'high', verdict: fail('it is not so') },
      ],
      problems: [
        {
          kind: 'rule_crash',
          code: 'RULE_CRASH',
          scope: cacheId('orders'),
          action: null,
          httpStatus: null,
          message: 'rule crashes crashed on orders: x is not a function',
          hint: expect.stringContaining('report it'),
          affects: ['crashes'],
        },
      ],
    };
    expect(assess(cache, [passing, crashing, failing])).toEqual(assessment);
  });

  it.each([['a text'], [undefined], [null], [7]])('may throw anything: %j', (thrown) => {
    const odd = ruleOf('odd', () => {
      throw thrown;
    });
    const { judgements, problems } = assess(compliantCache(), [odd]);
    expect(judgements).toEqual([{ rule: odd, severity: 'low', verdict: CRASHED }]);
    expect(problems).toMatchObject([{ kind: 'rule_crash', message: `rule odd crashed on good: ${thrown}` }]);
  });

  it('leaves one problem for each time it throws', () => {
    const { problems } = assess(compliantCache(), [crashing, passing, crashing]);
    expect(problems).toHaveLength(2);
  });
});

describe('a cache that is being deleted', () => {
  const GOING: Verdict = {
    outcome: 'not_applicable',
    message: 'the cache is being deleted',
    expected: null,
    actual: null,
    evidence: null,
    reason: 'being_deleted',
  };

  it.each(['Deleting', 'deleting', 'Deleted', 'DELETED'])('is listed and not judged, not even by a rule that would throw: %s', (state) => {
    const cache = compliantCache({ provisioningState: state });
    expect(assess(cache, [failing, crashing])).toEqual({
      cache,
      judgements: [
        { rule: failing, severity: 'high', verdict: GOING },
        { rule: crashing, severity: 'low', verdict: GOING },
      ],
      problems: [],
    });
  });

  it.each([
    'Succeeded',
    'Creating',
    'Updating',
    'Scaling',
    'Linking',
    'Failed',
    'Disabled',
    'Unprovisioning',
    'DeletingSoon',
    'NotDeleted',
    null,
  ])('is none in any other state: %s', (provisioningState) => {
    const { judgements } = assess(compliantCache({ provisioningState }), [failing]);
    expect(judgements.map(({ verdict }) => verdict.outcome)).toEqual(['fail']);
  });
});
