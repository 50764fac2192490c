import { describe, expect, it } from 'vitest';
import type { Tag } from '../../src/model/cache.ts';
import type { Known } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { requiredTagsPresent } from '../../src/rules/required-tags-present.ts';
import {
  cacheId,
  compliantCache,
  compliantCluster,
  judged,
  NOT_EVALUATED,
  outOfReach,
  seenList,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const rule = requiredTagsPresent.withOptions({ tags: ['Owner', 'cost-centre'] });
const expected = 'Owner, cost-centre';

const tagged = (...names: readonly string[]): Known<readonly Tag[]> => seenList(names.map((name) => ({ name, value: 'a value' })));

const check = (...names: readonly string[]): Verdict => rule.check(compliantCache({ tags: tagged(...names) }), TODAY);

describe('required-tags-present', () => {
  it('is a requirement of severity low on every kind of cache, with the tags as an option', () => {
    const { severity, appliesTo, options } = requiredTagsPresent;
    expect({ severity, appliesTo, options }).toEqual({
      severity: 'low',
      appliesTo: ['redis', 'managed', 'enterprise'],
      options: [expect.objectContaining({ name: 'tags', default: [], value: [] })],
    });
  });

  it.each([tagged(), tagged('owner'), outOfReach(), ...UNSEEN])('does not apply as long as no tag is required', (tags) => {
    const message = 'no tags are required: the option tags names none';
    const verdict = judged('not_applicable', message, { reason: 'not_configured', evidence: null });
    expect(requiredTagsPresent.check(compliantCache({ tags }), TODAY)).toEqual(verdict);
  });

  it.each([
    { tags: ['owner', 'cost-centre'], actual: 'owner, cost-centre' },
    { tags: ['Cost-Centre', 'team', 'OWNER'], actual: 'Cost-Centre, team, OWNER' },
  ])('passes the tags $tags', ({ tags, actual }) => {
    expect(check(...tags)).toEqual(judged('pass', 'carries the required tags', { expected, actual }));
  });

  it.each([
    { tags: ['owner'], message: 'without the tag cost-centre', actual: 'owner' },
    { tags: ['owner2', 'cost-centre'], message: 'without the tag Owner', actual: 'owner2, cost-centre' },
    { tags: ['team'], message: 'without the tags Owner, cost-centre', actual: 'team' },
    { tags: [], message: 'without the tags Owner, cost-centre', actual: 'no tags' },
  ])('fails the tags $tags: $message', ({ tags, message, actual }) => {
    expect(check(...tags)).toEqual(judged('fail', message, { expected, actual }));
  });

  it('judges clusters alike', () => {
    const verdict = judged('fail', 'without the tag cost-centre', { expected, actual: 'owner' });
    expect(rule.check(compliantCluster('managed', { tags: tagged('owner') }), TODAY)).toEqual(verdict);
  });

  it.each(UNSEEN)('is unknown when the tags are $kind', (fact) => {
    expect(rule.check(compliantCache({ tags: fact }), TODAY)).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show tags', () => {
    expect(rule.check(compliantCache({ tags: outOfReach() }), TODAY)).toEqual(NOT_EVALUATED);
  });

  it('leaves the values to a person', () => {
    expect(requiredTagsPresent.fix.steps(compliantCache())).toEqual([
      {
        type: 'decide',
        text: expect.stringContaining('TAG=VALUE'),
        words: ['tag', 'update', '--resource-id', cacheId('good'), '--operation', 'Merge', '--tags', 'TAG=VALUE'],
      },
    ]);
  });
});
